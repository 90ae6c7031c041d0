from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.quotes import Quotes

from p2c.ledger import RowState
from p2c.planning import MappedRow
from p2c.steps.predecessors import with_predecessors

NEWER = MappedRow("newer", "QUO-1", 1, {})


@pytest.fixture
def older(quotes: Quotes) -> RowState:
    """The state of a quote that landed."""
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    return quotes.steps.ledger.states("quotes", "usmf", [quote])[quote]


def test_a_newer_revision_continues_the_state_of_the_older(quotes: Quotes, older: RowState) -> None:
    state, taken = with_predecessors(NEWER, "QUO-1", None, {"quo-1": [older]})
    assert taken == (older.source_id,)
    assert state is not None
    assert (state.source_id, state.ours, state.destination_key, state.version) == ("newer", True, "QUO-1", 0)


def test_its_own_state_keeps_its_version(quotes: Quotes, older: RowState) -> None:
    own = replace(older, source_id="newer", ours=False, destination_key=None, version=5)
    state, _ = with_predecessors(NEWER, "QUO-1", own, {"quo-1": [older, own]})
    assert state is not None
    assert (state.version, state.ours, state.destination_key) == (5, True, "QUO-1")


def test_a_row_alone_with_its_key_takes_over_from_none(quotes: Quotes, older: RowState) -> None:
    own = MappedRow(older.source_id, "QUO-1", 1, {})
    assert with_predecessors(own, "QUO-1", older, {"quo-1": [older]}) == (older, ())
