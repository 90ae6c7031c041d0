from __future__ import annotations

from fixtures.ledger import record, row

from p2c.ledger import Ledger, Outcome
from p2c.ledger.decisions import ROWS_AT_ONCE, dismiss, next_try, retry

PLACES = {("accounts", "USMF"): ["1"], ("accounts", "DEMF"): ["1"]}


def test_a_decision_counts_the_rows_that_the_ledger_knows(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED))
    assert retry(ledger, PLACES) == 1
    assert next_try(ledger.states("accounts", "USMF", ["1"])["1"]) == "next run"


def test_a_decision_about_more_rows_than_one_transaction_holds_reaches_them_all(ledger: Ledger) -> None:
    record(ledger, row("first", Outcome.FAILED), row("last", Outcome.FAILED))
    source_ids = ["first", *(f"unknown {number}" for number in range(ROWS_AT_ONCE - 1)), "last"]
    assert retry(ledger, {("accounts", "USMF"): source_ids}) == 2


def test_the_reason_of_a_dismissal_becomes_a_sentence(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED))
    assert dismiss(ledger, PLACES, by="Ann", why=" Old ") == 1
    state = ledger.states("accounts", "USMF", ["1"])["1"]
    assert state.reasons[0].text.startswith("Dismissed by Ann: Old. It is")
    assert next_try(state) == ""


def test_the_next_try_says_when_or_on_what_condition(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED), row("2", Outcome.PARKED), row("3", Outcome.REJECTED))
    states = ledger.states("accounts", "USMF", ["1", "2", "3"])
    assert next_try(states["1"]) == "2026-03-01T02:02:00Z"
    assert next_try(states["2"]) == "2026-03-02T02:00:00Z, or when its parent lands"
    assert next_try(states["3"]).startswith("when its source")
