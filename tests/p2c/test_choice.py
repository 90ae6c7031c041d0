from __future__ import annotations

import pytest

from p2c.choice import Choice, Option, replaced
from p2c.errors import ConfigurationError
from p2c.pair import Pair, WritePolicy

TOTAL = Option()
SPLIT = Option(cds_to_destination=(Pair("Discount", "PerUnit"),))
DISCOUNTS = Choice("discounts", "How are discounts sent?", "total", {"total": TOTAL, "split": SPLIT})


def test_a_site_that_gives_no_answer_gets_the_default() -> None:
    assert DISCOUNTS.option({}) is TOTAL
    assert DISCOUNTS.option({"discounts": "split"}) is SPLIT


def test_an_answer_that_is_no_option_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="discounts: Unknown option 'splitt'; did you mean 'split'"):
        DISCOUNTS.option({"discounts": "splitt"})


def test_a_chosen_pair_stands_in_the_place_of_the_declared_one() -> None:
    declared = (Pair("One", "First"), Pair("Two", "Second"))
    chosen = Pair("One", "First", write=WritePolicy.ON_CREATE)
    assert replaced(declared, (chosen,)) == (chosen, declared[1])
