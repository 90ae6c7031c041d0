from __future__ import annotations

from decimal import Decimal
from typing import Any

from fixtures.ledger import Clock

from p2c.alerts import Alert, AlertKind
from p2c.alerts.watch import current_alerts, failed_run, unresolved
from p2c.flows.accounts import ACCOUNTS
from p2c.ledger import Ledger, Outcome, RowOutcome, RunKey, RunState, Window
from p2c.ledger.alerts import StandingAlert
from p2c.site import Site

WHOLE = Window(None, None, "full")


def site(alerts: dict[str, Any] | None = None, **flow: Any) -> Site:
    return Site.model_validate(
        {
            "organizations": {name: {"legal_entity": name} for name in ("usmf", "demf")},
            "alerts": alerts or {},
            "flows": {"accounts": flow},
        }
    )


def run(
    ledger: Ledger,
    state: RunState = "success",
    run_id: str = "run 1",
    organization: str = "usmf",
    *,
    dry_run: bool = False,
    **counts: int,
) -> RunKey:
    key = RunKey("accounts", run_id, "accounts", organization)
    ledger.begin_run(key, WHOLE, dry_run=dry_run)
    ledger.finish_run(key, state, counts)
    return key


def found(ledger: Ledger, clock: Clock, settings: Site | None = None) -> list[Alert]:
    return current_alerts(settings or site(), ledger, [ACCOUNTS], clock.now)


def test_where_all_is_well_nothing_is_told(ledger: Ledger, clock: Clock) -> None:
    key = run(ledger, created=100, rejected=3)
    ledger.advance_watermark("accounts", "usmf", clock.now, key)
    assert found(ledger, clock) == []


def test_a_large_share_of_bad_rows_is_one_alert(ledger: Ledger, clock: Clock) -> None:
    run(ledger, created=60, rejected=30, failed=10)
    [alert] = found(ledger, clock)
    assert (alert.kind, alert.place) == (AlertKind.REJECTED_SHARE, "accounts for usmf")
    assert alert.text == "Of 100 rows of the run run 1, 40 were rejected or failed (40%)."


def test_a_few_bad_rows_of_a_small_run_are_none(ledger: Ledger, clock: Clock) -> None:
    run(ledger, rejected=19)
    assert found(ledger, clock) == []


def test_rows_due_for_too_long_are_one_alert_whatever_their_number(ledger: Ledger, clock: Clock) -> None:
    key = run(ledger)
    rows = [RowOutcome(str(number), str(number), 1, Outcome.REJECTED) for number in range(5)]
    ledger.record(key, rows, fingerprint="settings")
    clock.advance(hours=47)
    assert found(ledger, clock) == []
    clock.advance(hours=1)
    [alert] = found(ledger, clock)
    assert alert.kind is AlertKind.ROWS_DUE
    assert alert.text.startswith("5 rows are due for more than 48 hours, the longest since 2026-03-01 02:00 UTC.")


def test_a_destination_that_lags_is_told_but_not_before_its_initial_load(ledger: Ledger, clock: Clock) -> None:
    ledger.advance_watermark("accounts", "usmf", clock.now, run(ledger))
    clock.advance(hours=37)
    [alert] = found(ledger, clock)
    assert (alert.kind, alert.place) == (AlertKind.FRESHNESS, "accounts for usmf")
    assert "37 hours ago" in alert.text


def test_sums_that_differ_by_more_than_a_cent_are_told(ledger: Ledger, clock: Clock) -> None:
    key = run(ledger)
    sums = {"Q-1": "9.99", "Q-2": "9.00"}
    rows = [
        RowOutcome(name, name, 1, Outcome.CREATED, amounts=(Decimal("10.00"), Decimal(theirs)))
        for name, theirs in sums.items()
    ]
    ledger.record(key, rows, fingerprint="settings")
    [alert] = found(ledger, clock)
    assert (alert.kind, "such as Q-2." in alert.text) == (AlertKind.MONEY, True)


def test_failed_runs_of_one_dag_are_one_alert_until_one_goes_well(ledger: Ledger, clock: Clock) -> None:
    for organization in ("usmf", "demf"):
        run(ledger, "failed", organization=organization)
    [alert] = found(ledger, clock)
    assert (alert.kind, alert.place) == (AlertKind.RUN_FAILED, "accounts")
    assert "accounts for usmf, accounts for demf" in alert.text
    clock.advance(hours=1)
    for organization in ("usmf", "demf"):
        run(ledger, run_id="run 2", organization=organization)
    assert found(ledger, clock) == []


def test_dry_runs_and_flows_that_are_off_raise_none(ledger: Ledger, clock: Clock) -> None:
    run(ledger, "failed", dry_run=True)
    assert found(ledger, clock) == []
    run(ledger, "failed", run_id="run 2")
    assert found(ledger, clock, site(enabled=False)) == []
    assert found(ledger, clock, site(dry_run=True)) == []


def test_each_kind_can_be_switched_off(ledger: Ledger, clock: Clock) -> None:
    run(ledger, "failed", rejected=30)
    kinds = {alert.kind for alert in found(ledger, clock)}
    assert kinds == {AlertKind.RUN_FAILED, AlertKind.REJECTED_SHARE}
    assert found(ledger, clock, site({"run_failed": False, "rejected_share": 1.0, "money_differences": False})) != []
    assert found(ledger, clock, site({"run_failed": False, "rejected_share": 0})) == []


def test_a_failure_before_the_ledger_knew_of_the_run_stands_until_one_goes_well(ledger: Ledger, clock: Clock) -> None:
    alert = failed_run("accounts", "run 1", "a task failed")
    ledger.note_alert(StandingAlert(alert.cause, alert.title, alert.text, alert.remedy, clock.now, None))
    assert unresolved(ledger, [alert.cause, "freshness/x"]) == [alert.cause]
    clock.advance(hours=1)
    run(ledger)
    assert unresolved(ledger, [alert.cause]) == []
