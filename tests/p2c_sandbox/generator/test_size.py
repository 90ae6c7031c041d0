from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from p2c_sandbox.generator.size import Size


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"accounts": -1}, "0 or more"),
        ({"bad_share": Fraction(3, 4)}, r"from 0 to 0\.5"),
        ({"quotes": 1}, "quotes need accounts"),
        ({"quotes": 1, "accounts": 1}, "quotes with lines need products"),
    ],
)
def test_a_size_that_cannot_be_made_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Size(**wrong)


def test_quotes_without_lines_need_no_products() -> None:
    assert Size(accounts=1, quotes=1, lines_per_quote=0).kinds()["quotes"] == 1


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 100), Fraction(1, 3), Fraction(1, 2)])
def test_bad_rows_are_spread_evenly_and_numbered_in_turn(share: Fraction) -> None:
    size = Size(bad_share=share)
    ranks = [rank for number in range(1000) if (rank := size.rank_of_bad(number)) is not None]
    assert ranks == list(range(int(1000 * share)))
    assert size.bad_before(1000) == len(ranks)


def test_a_good_row_is_found_before_a_bad_one() -> None:
    size = Size(bad_share=Fraction(1, 2))
    assert [size.rank_of_bad(size.good(number)) for number in range(20)] == [None] * 20
    assert size.good(7) == 6
    assert Size(bad_share=Fraction(2, 5)).good(4, step=2) == 0
