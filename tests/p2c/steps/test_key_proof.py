from __future__ import annotations

import pytest
from fixtures.quotes import HEADERS, Quotes

from p2c.errors import FlowStoppedError
from p2c.ledger import Outcome


def issue_numbers(quotes: Quotes) -> None:
    sequences = quotes.steps.sandbox.rows("finance_operations", "SequenceV2Tables")
    quotes.steps.rewrite("finance_operations", "SequenceV2Tables", *sequences, Manual="No")


def test_a_header_without_lines_under_another_number_stops_the_flow_naming_that_number(quotes: Quotes) -> None:
    issue_numbers(quotes)
    quotes.add("QUO-1")
    with pytest.raises(FlowStoppedError, match=r"QUO-1 was created as '.+': the number sequence replaces our key"):
        quotes.run("first")


def test_a_header_whose_lines_would_not_find_it_stops_the_flow_and_nothing_is_left_there(quotes: Quotes) -> None:
    issue_numbers(quotes)
    quotes.add("QUO-1", quotes.line(1))
    before = quotes.headers()
    with pytest.raises(FlowStoppedError, match="QUO-1 is created under another number, so its lines do not find it"):
        quotes.run("first")
    assert quotes.headers() == before


def test_a_first_quote_refused_for_its_own_line_is_no_proof_against_the_number_sequence(quotes: Quotes) -> None:
    quotes.stop_selling("D0002")
    refused = quotes.add("QUO-1", quotes.line(1, "D0002"))
    quotes.add("QUO-2", quotes.line(1))
    assert quotes.run("first") == {"created": 1, "failed": 1}
    assert quotes.outcome("first", refused).outcome is Outcome.FAILED
    assert quotes.headers().keys() & {"QUO-1", "QUO-2"} == {"QUO-2"}
    kept = [effect for effect in quotes.steps.sandbox.effects(entity_set=HEADERS) if effect["kind"] == "deleted"]
    assert len(kept) == 1
