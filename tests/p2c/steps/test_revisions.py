from __future__ import annotations

from collections.abc import Mapping

from fixtures.quotes import QUOTES, Quotes

from p2c.ledger import RowState
from p2c.steps.revisions import SentRevisions


def sent(quotes: Quotes) -> SentRevisions:
    return SentRevisions(QUOTES, "usmf", quotes.steps.cds)


def states(quotes: Quotes, *ids: str) -> Mapping[str, RowState]:
    return quotes.steps.ledger.states("quotes", "usmf", ids)


def test_only_an_earlier_version_was_sent_before(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    version = states(quotes, quote)[quote].version
    rows = [(quote, version), (quote, version + 1), ("unknown", 9)]
    assert sent(quotes).earlier(rows) == [False, True, False]


def test_a_row_takes_over_from_lower_revisions_and_rivals_those_of_its_own(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), revision=2)
    quotes.run("first")
    found = sent(quotes)
    held = list(states(quotes, quote).values())
    found.read([quote])
    assert found.revisions(held) == [2]
    assert found.rivals(held, 3) == []
    assert found.rivals(held, 2) == held
