from __future__ import annotations

from typing import Any

from fixtures.quotes import Quotes

from p2c.ledger import Outcome


def judged(quotes: Quotes, run_id: str) -> dict[str, list[Any]]:
    """The verdicts on the rows of a run, by source id."""
    quotes.steps.judged(run_id)
    staged = quotes.steps.context(run_id).staged("validate").read()
    return {row["source_id"]: row["verdict"] for part in staged.parts("verdicts") for row in part.to_pylist()}


def test_of_two_revisions_in_scope_the_higher_one_is_sent_and_the_other_skipped(quotes: Quotes) -> None:
    older = quotes.add("QUO-1", quotes.line(1))
    newer = quotes.add("QUO-1", quotes.line(1), revision=1)
    assert judged(quotes, "first") == {older: "out_of_scope", newer: "ready"}


def test_two_rows_of_one_revision_are_duplicates(quotes: Quotes) -> None:
    both = [quotes.add("QUO-1", quotes.line(1), revision=2) for _ in range(2)]
    assert judged(quotes, "first") == dict.fromkeys(both, "rejected")


def test_a_revision_out_of_scope_supersedes_nothing(quotes: Quotes) -> None:
    active = quotes.add("QUO-1", quotes.line(1))
    draft = quotes.add("QUO-1", quotes.line(1), revision=1, statecode=0)
    assert judged(quotes, "first") == {active: "ready", draft: "out_of_scope"}


def test_a_revision_that_a_line_keeps_out_of_scope_supersedes_nothing(quotes: Quotes) -> None:
    active = quotes.add("QUO-1", quotes.line(1))
    write_in = quotes.add("QUO-1", {**quotes.line(1), "isproductoverridden": True}, revision=1)
    assert judged(quotes, "first") == {active: "ready", write_in: "out_of_scope"}


def test_a_quote_won_before_it_was_ever_sent_is_in_scope_and_stays_so_in_every_rerun(quotes: Quotes) -> None:
    won = quotes.add("QUO-1", quotes.line(1), statecode=2)
    assert quotes.run("first") == {"created": 1}
    assert judged(quotes, "first") == {won: "ready"}


def test_a_quote_won_after_it_was_sent_has_left(quotes: Quotes) -> None:
    won = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.touch(won, statecode=2)
    assert quotes.run("second") == {"left": 1}
    outcome = quotes.outcome("second", won)
    assert outcome.outcome is Outcome.LEFT
    assert outcome.reasons[0].text == "Out of scope: the quote is not active; it was sent before."
