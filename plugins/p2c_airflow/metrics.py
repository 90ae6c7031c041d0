"""Our figures among Airflow's metrics: OpenTelemetry or StatsD, as `[metrics]` of its configuration says, else nowhere.

Names carry no values: what a figure is about stands in its tags, as in Airflow's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from airflow.sdk.observability import stats

from p2c.ledger import Ledger
from p2c.ledger.records import WAITING


def count_rows(flow: str, organization: str, counts: Mapping[Any, int]) -> None:
    """Count what became of the rows of a run that wrote."""
    for outcome, rows in counts.items():
        stats.incr("p2c.rows", rows, tags={"flow": flow, "organization": organization, "outcome": str(outcome)})


def count_requests(flow: str, organization: str, step: str, totals: Mapping[str, float]) -> None:
    """Count what one try of a step asked of both systems."""
    for name, figure in totals.items():
        if figure:
            tags = {"flow": flow, "organization": organization, "step": step}
            stats.incr(f"p2c.{name}", round(figure), tags=tags)


def gauge_places(ledger: Ledger, places: Collection[tuple[str, str]], now: datetime) -> None:
    """Say what waits, how far the destinations lag, and how many causes stand."""
    for flow, organization in places:
        if position := ledger.watermark(flow, organization):
            lag = (now - position).total_seconds()
            stats.gauge("p2c.lag_seconds", round(lag), tags={"flow": flow, "organization": organization})
    counts = ledger.waiting_counts({flow for flow, _ in places})
    waiting = {(count.flow, count.organization, count.outcome): count.rows for count in counts}
    for flow, organization in places:
        for outcome in sorted(WAITING):
            tags = {"flow": flow, "organization": organization, "outcome": str(outcome)}
            stats.gauge("p2c.rows_due", waiting.get((flow, organization, outcome), 0), tags=tags)
    stats.gauge("p2c.alerts", len(ledger.standing_alerts()))
