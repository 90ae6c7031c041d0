from __future__ import annotations

from fixtures.quotes import Quotes

from p2c.ledger import Outcome, Reason


def only(quotes: Quotes, quote: str, outcome: Outcome) -> Reason:
    """The only reason of a quote, which came to `outcome` whole."""
    found = quotes.outcome("first", quote)
    assert (found.outcome, quotes.headers().keys() & {found.integration_key}) == (outcome, set())
    (reason,) = found.reasons
    return reason


def test_what_rejects_a_line_rejects_its_quote_and_names_the_line(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), {**quotes.line(2), "quantity": None})
    quotes.run("first")
    reason = only(quotes, quote, Outcome.REJECTED)
    assert (reason.line, reason.field) == ("2", "quantity")
    assert any("rejected QUO-1: line 2: " in line for line in quotes.steps.lines)


def test_two_lines_of_one_number_reject_their_quote_and_say_how_to_go_on(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(3), quotes.line(3, "D0002"))
    quotes.run("first")
    reason = only(quotes, quote, Outcome.REJECTED)
    assert (reason.code, reason.line, reason.field) == ("duplicate_line", "3", "sequencenumber")
    assert 'line_numbers = "assign"' in reason.text


def test_a_line_without_a_number_rejects_its_quote(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(None))
    quotes.run("first")
    reason = only(quotes, quote, Outcome.REJECTED)
    assert (reason.code, reason.line, reason.field) == ("required", "?", "sequencenumber")


def test_one_number_in_two_quotes_is_no_duplicate(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1))
    quotes.add("QUO-2", quotes.line(1))
    assert quotes.run("first") == {"created": 2}


def test_a_write_in_line_keeps_its_quote_out_of_scope(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), {**quotes.line(2), "isproductoverridden": True})
    quotes.run("first")
    reason = only(quotes, quote, Outcome.SKIPPED)
    assert (reason.line, reason.field, reason.text) == (
        "2",
        "isproductoverridden",
        "Out of scope: a line is a write-in.",
    )


def test_a_product_that_finance_does_not_sell_parks_the_whole_quote(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "JJ202"))
    quotes.run("first")
    reason = only(quotes, quote, Outcome.PARKED)
    assert (reason.code, reason.line) == ("parent", "2")
    assert "It waits for JJ202, which is not in SellableReleasedProducts." in reason.text
