from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk.observability import stats
from fixtures.dag_tests import ledger, run_dag
from fixtures.page import KEY
from fixtures.sandbox import Sandbox

import p2c_airflow.metrics
from p2c.ledger import Outcome, RowOutcome, Window
from p2c.systems.odata.statistics import ADDITIVE
from p2c_airflow.metrics import count_requests, gauge_places


class Collector:
    """A metrics backend that keeps what Airflow hands it."""

    def __init__(self) -> None:
        self.figures: dict[tuple[str, ...], float] = {}

    def incr(self, stat: str, count: int = 1, rate: float = 1, *, tags: Any = None) -> None:
        place = (stat, *(tags or {}).values())
        self.figures[place] = self.figures.get(place, 0) + count

    def gauge(self, stat: str, value: float, rate: float = 1, delta: bool = False, *, tags: Any = None) -> None:
        self.figures[stat, *(tags or {}).values()] = value

    def __getattr__(self, name: str) -> Any:
        return getattr(NoStatsLogger, name)


@pytest.fixture
def collector() -> Iterator[Collector]:
    kept = Collector()
    stats.initialize(factory=lambda: kept, export_legacy_names=False)
    yield kept
    stats.initialize(factory=NoStatsLogger, export_legacy_names=True)


def test_requests_that_were_made_are_counted(collector: Collector) -> None:
    count_requests("accounts", "usmf", "load", {"requests": 3, "retries": 0, "throttled": 1, "seconds_waited": 1.6})
    assert collector.figures == {
        ("p2c.requests", "accounts", "usmf", "load"): 3,
        ("p2c.throttled", "accounts", "usmf", "load"): 1,
        ("p2c.seconds_waited", "accounts", "usmf", "load"): 2,
    }


def test_gauges_say_what_waits_and_how_far_a_destination_lags(installation: Path, collector: Collector) -> None:
    kept, now = ledger(), datetime.now(UTC)
    kept.begin_run(KEY, Window(None, None, "full"))
    kept.record(KEY, [RowOutcome("1", "1", 1, Outcome.REJECTED)], fingerprint="settings")
    kept.advance_watermark("accounts", "usmf", now - timedelta(hours=1), KEY)
    gauge_places(kept, [("accounts", "usmf"), ("accounts", "demf")], now)
    assert collector.figures["p2c.rows_due", "accounts", "usmf", "rejected"] == 1
    assert collector.figures["p2c.rows_due", "accounts", "demf", "rejected"] == 0
    assert collector.figures["p2c.lag_seconds", "accounts", "usmf"] == 3600
    assert ("p2c.lag_seconds", "accounts", "demf") not in collector.figures
    assert collector.figures[("p2c.alerts",)] == 0


def test_a_run_counts_its_rows_and_requests(
    installation: Path, demo_sandbox: Sandbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stats, "initialize", lambda **_: None)  # each task of `dag.test()` would
    assert run_dag("accounts", organizations=["usmf"]).state == "success"
    [run] = ledger().runs(organization="usmf")
    rows = {place[3]: count for place, count in collector.figures.items() if place[0] == "p2c.rows"}
    assert rows == {outcome: count for outcome, count in run.counts.items() if count}
    requests = sum(count for place, count in collector.figures.items() if place[0] == "p2c.requests")
    assert requests == run.statistics["requests"]


def test_every_metric_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text(encoding="utf-8")
    source = inspect.getsource(p2c_airflow.metrics)
    names = {*re.findall(r'"(p2c\.[a-z_]+)"', source), *(f"p2c.{name}" for name in ADDITIVE)}
    assert len(names) == 8
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
