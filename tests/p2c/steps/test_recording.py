from __future__ import annotations

from fixtures.quotes import Quotes

from p2c.ledger import Outcome


def test_a_row_that_landed_is_in_the_cds_with_its_lines(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    lines = [line["quotedetailid"] for line in quotes.lines_of(quote)]
    found = quotes.canonical_lines(lines)
    assert {row.values["QuotationId"] for row in found.values()} == {"QUO-1"}
    assert sorted(row.values["Sequence"] for row in found.values()) == [1, 2]
    assert {row.origin for row in found.values()} == {"quotedetails"}


def test_a_row_that_did_not_land_leaves_no_lines_in_the_cds(quotes: Quotes) -> None:
    quotes.stop_selling("D0002")
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002"))
    quotes.run("first")
    assert quotes.outcome("first", quote).outcome is Outcome.FAILED
    assert quotes.canonical_lines([line["quotedetailid"] for line in quotes.lines_of(quote)]) == {}


def test_the_lines_of_an_older_revision_leave_the_cds_with_its_take_over(quotes: Quotes) -> None:
    older = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    newer = quotes.add("QUO-1", quotes.line(1), revision=1)
    quotes.run("second")
    before, after = (quotes.lines_of(quote)[0]["quotedetailid"] for quote in (older, newer))
    assert quotes.canonical_lines([before, after]).keys() == {after}
