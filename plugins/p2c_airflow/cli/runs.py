"""`p2c runs`: which runs read what, and what became of it."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from p2c.ledger import Ledger, Run, Window
from p2c.ledger.records import DELETED
from p2c_airflow.cli.output import show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook


def runs(arguments: Namespace) -> None:
    """Print the latest runs; raises IntegrationError."""
    ledger = Ledger(CommonDataServiceHook().current_engine())
    found = ledger.runs(arguments.limit, arguments.flow, arguments.organization)
    show([record(run) for run in found], as_json=arguments.json, empty="No run yet.")


def record(run: Run) -> dict[str, Any]:
    """The columns of one run."""
    return {
        "started": _shown(run.started_at),
        "dag": run.key.dag_id,
        "run": run.key.run_id,
        "flow": run.key.flow,
        "organization": run.key.organization,
        "state": run.state + (" (dry run)" if run.dry_run else ""),
        "window": _span(run.window),
        "rows": ", ".join(f"{count} {outcome}" for outcome, count in run.counts.items() if count) + _deleted(run),
        **_requests(run),
    }


def _requests(run: Run) -> dict[str, Any]:
    """What the steps asked of both systems so far, all tries added up; pauses are those of all threads together."""
    figures = run.statistics
    requests, rows = int(figures.get("requests", 0)), sum(run.counts.values())
    return {
        "requests": requests,
        "rows_per_request": round(rows / requests, 1) if requests else None,
        "throttled": int(figures.get("throttled", 0)),
        "seconds_waited": round(float(figures.get("seconds_waited", 0)), 1),
    }


def _deleted(run: Run) -> str:
    """Destination rows deleted with the rows: effects, not outcomes."""
    deleted = run.statistics.get(DELETED, 0)
    return f"; {deleted} lines deleted" if deleted else ""


def _span(window: Window) -> str:
    if window.kind == "keys":
        return f"keys {', '.join(window.keys)}"
    return f"{window.kind} [{_shown(window.start)}, {_shown(window.end)})"


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""
