"""`p2c runs`: which runs read what, and what became of it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from p2c.ledger import Ledger, Run, Window
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
        "started": run.started_at.isoformat(timespec="seconds"),
        "dag": run.key.dag_id,
        "run": run.key.run_id,
        "flow": run.key.flow,
        "organization": run.key.organization,
        "state": run.state + (" (dry run)" if run.dry_run else ""),
        "window": _span(run.window),
        "rows": ", ".join(f"{count} {outcome}" for outcome, count in run.counts.items() if count),
    }


def _span(window: Window) -> str:
    if window.kind == "keys":
        return f"keys {', '.join(window.keys)}"
    start, end = (moment.isoformat(timespec="seconds") if moment else "" for moment in (window.start, window.end))
    return f"{window.kind} [{start}, {end})"
