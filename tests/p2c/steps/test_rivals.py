from __future__ import annotations

from typing import Any

import pytest
from fixtures.quotes import Quotes

from p2c.ledger import Outcome
from p2c.planning import MappedRow
from p2c.steps.rivals import Rivals


@pytest.fixture
def rivals(quotes: Quotes) -> Rivals:
    """Of the quote QUO-1, whose revision 1 another run has landed."""
    quotes.add("QUO-1", quotes.line(1), revision=1)
    quotes.run("first")
    found = Rivals(quotes.steps.context("first"))
    found.look_up([MappedRow("other", "QUO-1", 1, {})])
    return found


@pytest.mark.parametrize(
    ("revision", "refused"),
    [
        pytest.param(0, (Outcome.SKIPPED, "superseded"), id="a lower revision is skipped"),
        pytest.param(1, (Outcome.REJECTED, "duplicate_key"), id="another row of the same revision is rejected"),
        pytest.param(2, None, id="a higher one is sent"),
    ],
)
def test_a_row_meets_what_landed_under_its_key_meanwhile(rivals: Rivals, revision: int, refused: Any) -> None:
    plan = rivals.refusal(MappedRow("other", "QUO-1", 1, {}), {"Revision": revision})
    assert (plan and (plan.outcome, plan.reasons[0].code)) == refused


def test_a_row_is_no_rival_of_itself(rivals: Rivals) -> None:
    (own,) = rivals.holders["quo-1"]
    assert rivals.refusal(MappedRow(own.source_id, "QUO-1", 1, {}), {"Revision": 0}) is None
