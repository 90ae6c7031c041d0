from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from fixtures.ledger import FLOW, ORGANIZATION, Clock, record, row

from p2c.ledger import Ledger, Outcome
from p2c.ledger.alerts import StandingAlert

DAY = timedelta(days=1)


def alert(clock: Clock, cause: str = "freshness/accounts") -> StandingAlert:
    return StandingAlert(cause, "The destination lags", "36 hours", "Look at the DAG.", clock.now, None)


def test_a_cause_keeps_the_time_at_which_it_began(ledger: Ledger, clock: Clock) -> None:
    ledger.note_alerts([alert(clock)])
    began = clock.now
    clock.advance(hours=2)
    ledger.note_alerts([replace(alert(clock), text="38 hours")])
    [kept] = ledger.standing_alerts()
    assert (kept.since, kept.text) == (began, "38 hours")


def test_a_cause_that_is_gone_is_forgotten_unless_it_is_kept(ledger: Ledger, clock: Clock) -> None:
    ledger.note_alerts([alert(clock, "a"), alert(clock, "b"), alert(clock, "c")])
    ledger.note_alerts([alert(clock, "a")], keep=["b"])
    assert [kept.cause for kept in ledger.standing_alerts()] == ["a", "b"]
    ledger.note_alerts([])
    assert ledger.standing_alerts() == []


def test_one_cause_is_noted_beside_the_others(ledger: Ledger, clock: Clock) -> None:
    ledger.note_alert(alert(clock, "a"))
    ledger.note_alert(alert(clock, "b"))
    assert [kept.cause for kept in ledger.standing_alerts()] == ["a", "b"]


def test_people_are_told_once_and_again_after_a_while(ledger: Ledger, clock: Clock) -> None:
    ledger.note_alerts([alert(clock)])
    assert len(ledger.alerts_to_tell(DAY)) == 1
    ledger.alert_told("freshness/accounts")
    clock.advance(hours=23)
    ledger.note_alerts([alert(clock)])
    assert ledger.alerts_to_tell(DAY) == []
    clock.advance(hours=1)
    assert len(ledger.alerts_to_tell(DAY)) == 1


def test_rows_that_wait_too_long_are_counted_by_place(ledger: Ledger, clock: Clock) -> None:
    began = clock.now
    record(ledger, row("1", Outcome.REJECTED), row("2", Outcome.FAILED), row("3"))
    clock.advance(hours=5)
    record(ledger, row("4", Outcome.PARKED), run_id="run 2")
    [overdue] = ledger.waiting_since(clock.now - timedelta(hours=1))
    assert (overdue.flow, overdue.organization, overdue.rows, overdue.since) == (FLOW, ORGANIZATION, 2, began)


def test_sums_count_as_they_were_last_found(ledger: Ledger) -> None:
    apart, agreed = (Decimal("10.00"), Decimal("9.00")), (Decimal("10.00"), Decimal("10.00"))
    record(ledger, row("1", amounts=apart), row("2", amounts=apart), row("3", amounts=agreed))
    record(ledger, row("1", amounts=agreed), run_id="run 2")
    assert [found.outcome.source_id for found in ledger.amounts_apart_now()] == ["2"]
