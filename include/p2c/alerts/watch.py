"""The causes that stand now, by what the ledger holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from p2c.alerts.alert import Alert, AlertKind
from p2c.flow import Flow
from p2c.ledger import Ledger, Outcome, Run
from p2c.ledger.pages import Cut
from p2c.ledger.run_history import RunChoice
from p2c.money_check import difference
from p2c.site import Site

#: Runs of a place among which the latest that wrote is looked for.
RECENT = 20
_BAD = (Outcome.REJECTED, Outcome.FAILED)


def current_alerts(site: Site, ledger: Ledger, flows: Iterable[Flow], now: datetime) -> list[Alert]:
    """The causes that stand at ``now``, for the flows and organizations that run."""
    settings = site.alerts
    places = [
        (flow.name, name)
        for flow in flows
        for name in site.organizations
        if site.flow_settings(flow.name).runs_for(name) and not site.flow_settings(flow.name).dry_run
    ]
    latest = {place: run for place in places if (run := _latest(ledger, *place))}
    found: list[Alert] = []
    if settings.rejected_share:
        found += _rejected(latest.values(), settings.rejected_share, site.runs.breaker_rows)
    if settings.due_hours:
        found += _due(ledger, places, now - timedelta(hours=settings.due_hours), settings.due_hours)
    if settings.freshness_hours:
        found += _stale(ledger, places, now, settings.freshness_hours)
    if settings.money_differences:
        found += _apart(ledger, places)
    if settings.run_failed:
        found += _failed(latest.values())
    return found


def failed_run(dag_id: str, run_id: str, what: str) -> Alert:
    """The alert of a DAG whose run failed; ``what`` is whose steps they were, or how it failed."""
    return Alert(
        AlertKind.RUN_FAILED,
        dag_id,
        f"The run {run_id} of the DAG {dag_id} failed: {what}.",
    )


def unresolved(ledger: Ledger, causes: Iterable[str]) -> list[str]:
    """Those of ``causes`` that are failed runs of DAGs that ended no run well since.

    A step may fail before the ledger knows of its run, so only a later success says that the cause is gone.
    """
    prefix = f"{AlertKind.RUN_FAILED}/"
    standing = {alert.cause: alert.since for alert in ledger.standing_alerts()}
    found = []
    for cause in (cause for cause in causes if cause.startswith(prefix)):
        choice = RunChoice([cause.removeprefix(prefix)], state="success")
        ended = [run.finished_at for run in ledger.run_page(choice, Cut(1, 1)).rows]
        if not any(moment and moment > standing[cause] for moment in ended):
            found.append(cause)
    return found


def _latest(ledger: Ledger, flow: str, organization: str) -> Run | None:
    """The latest run that wrote, or was to write, and has ended."""
    runs = ledger.runs(RECENT, flow, organization)
    return next((run for run in runs if not run.dry_run and run.state != "running"), None)


def _place(flow: str, organization: str) -> str:
    return f"{flow} for {organization}"


def _rejected(runs: Iterable[Run], limit: float, least: int) -> Iterator[Alert]:
    for run in runs:
        bad, rows = sum(run.counts.get(str(outcome), 0) for outcome in _BAD), sum(run.counts.values())
        if bad >= least and bad >= limit * rows:
            text = f"Of {rows} rows of the run {run.key.run_id}, {bad} were rejected or failed ({bad / rows:.0%})."
            yield Alert(AlertKind.REJECTED_SHARE, _place(run.key.flow, run.key.organization), text)


def _due(ledger: Ledger, places: Iterable[tuple[str, str]], before: datetime, hours: float) -> Iterator[Alert]:
    for overdue in ledger.waiting_since(before):
        if (overdue.flow, overdue.organization) in places:
            text = (
                f"{overdue.rows} rows are due for more than {hours:g} hours, the longest since "
                f"{overdue.since:%Y-%m-%d %H:%M} UTC."
            )
            yield Alert(AlertKind.ROWS_DUE, _place(overdue.flow, overdue.organization), text)


def _stale(ledger: Ledger, places: Iterable[tuple[str, str]], now: datetime, hours: float) -> Iterator[Alert]:
    """Places that were loaded once: before the initial load nothing is late."""
    for flow, organization in places:
        position = ledger.watermark(flow, organization)
        if position and now - position > timedelta(hours=hours):
            lag = (now - position).total_seconds() / 3600
            text = f"The last change that landed is of {position:%Y-%m-%d %H:%M} UTC, {lag:.0f} hours ago."
            yield Alert(AlertKind.FRESHNESS, _place(flow, organization), text)


def _apart(ledger: Ledger, places: Iterable[tuple[str, str]]) -> Iterator[Alert]:
    keys: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for found in ledger.amounts_apart_now():
        if not (found.outcome.amounts and difference(found.outcome.amounts)):
            continue
        keys[found.run.flow, found.run.organization].append(found.outcome.integration_key)
    for place in (place for place in places if keys[place]):
        text = f"The lines of {len(keys[place])} rows come to other sums at the destination, such as {keys[place][0]}."
        yield Alert(AlertKind.MONEY, _place(*place), text)


def _failed(runs: Iterable[Run]) -> Iterator[Alert]:
    """One alert for each DAG: what fails for one organization mostly fails for all."""
    failed: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.state == "failed":
            failed[run.key.dag_id].append(run)
    for dag_id, of_dag in failed.items():
        latest = max(of_dag, key=lambda run: run.started_at)
        places = ", ".join(_place(run.key.flow, run.key.organization) for run in of_dag)
        yield failed_run(dag_id, latest.key.run_id, places)
