"""`p2c differences`: what dry runs found, per field and over time."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from p2c.errors import ConfigurationError
from p2c.ledger import Difference, Ledger
from p2c.shadow import Comparison, comparisons
from p2c_airflow.cli.output import say, show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

NOTHING = "No dry run has compared every row yet: trigger initial_load, or set dry_run = true in [flows.<name>]."
#: What stands for the field where the whole row is missing.
MISSING = "(row missing)"
RECORDED = ("key", "line", "wanted", "found", "reason")


def differences(arguments: Namespace) -> None:
    """Print for each flow and organization what its dry runs found; raises IntegrationError."""
    ledger = Ledger(CommonDataServiceHook().current_engine())
    runs = ledger.comparisons(arguments.flow, arguments.organization, _since(arguments.since))
    found = [(each, list(_rows(ledger, each, arguments.limit))) for each in comparisons(runs)]
    if arguments.json:
        show([_document(comparison, rows) for comparison, rows in found], as_json=True, empty="")
        return
    for comparison, rows in found:
        say(f"{comparison.flow} for {comparison.organization}: {comparison.summary()}")
        if rows:
            show(rows, as_json=False, empty="")
    if not found:
        say(NOTHING)


def _document(comparison: Comparison, rows: list[dict[str, str]]) -> dict[str, Any]:
    """A comparison as programs read it; figures stand run by run, the oldest first."""
    return {
        "flow": comparison.flow,
        "organization": comparison.organization,
        "summary": comparison.summary(),
        "runs_in_step": comparison.runs_in_step,
        "runs": [
            {"dag": run.key.dag_id, "run": run.key.run_id, "started": run.started_at, "counts": run.counts}
            for run in comparison.runs
        ],
        "missing": comparison.missing(),
        "fields": comparison.fields(),
        "rows": rows,
    }


def _rows(ledger: Ledger, comparison: Comparison, limit: int) -> Iterator[dict[str, str]]:
    """Rows of the latest run, at most ``limit`` for each field, with the figures of every run."""
    key = comparison.latest.key
    for field, figures in {"": comparison.missing(), **comparison.fields()}.items():
        shown = {"field": field or MISSING, "rows_by_run": ", ".join(map(str, figures))}
        for difference in ledger.differences(key, field, limit):
            yield shown | _record(difference)
        if any(figures) and not figures[-1]:
            yield shown | dict.fromkeys(RECORDED, "")
    for difference in ledger.rows_barred(key, limit):
        yield {"field": difference.field, "rows_by_run": ""} | _record(difference)


def _record(difference: Difference) -> dict[str, str]:
    values = (
        difference.integration_key or difference.source_id,
        difference.line,
        difference.wanted,
        difference.found,
        difference.reason,
    )
    return dict(zip(RECORDED, values, strict=True))


def _since(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"--since is {text!r}, which is no time such as 2026-11-01.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
