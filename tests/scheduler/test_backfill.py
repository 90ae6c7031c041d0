from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from upath import UPath

from p2c.staging import Staging

pytestmark = pytest.mark.airflow

DAYS = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3, 4)]
WINDOWS = [(day, day + timedelta(days=1)) for day in DAYS]
STEPS = ("extract", "map", "validate", "load")
#: One day after another: days at once queue for the lease, a minute at a time.
CREATE = ("airflow", "backfill", "create", "--dag-id", "accounts", "--max-active-runs", "1")
DATES = ("--from-date", "2026-03-02", "--to-date", "2026-03-04")
ORGANIZATION = '{"organizations": ["usmf"]}'


def backfill(scheduler) -> list[str]:
    """Create the backfill on the command line, wait for the end of its runs, and return their ids by day."""
    scheduler.command(*CREATE, *DATES, "--dag-run-conf", ORGANIZATION)

    def ended() -> list[dict[str, Any]]:
        runs = [run for run in scheduler.stack.api.runs("accounts") if run["run_type"] == "backfill"]
        return runs if all(run["state"] in ("success", "failed") for run in runs) else []

    runs = scheduler.wait_for("end of the backfill's runs", ended)
    return [run["dag_run_id"] for run in sorted(runs, key=lambda run: run["data_interval_start"])]


@dataclass(frozen=True)
class Days:
    """A backfill over three days of changes: its runs by day, and what it found and asked."""

    run_ids: list[str]
    watermarks_before: dict[str, datetime | None]
    asked: list[tuple[datetime, datetime]]


@pytest.fixture(scope="module")
def days(scheduler, first_run) -> Days:
    before, since = watermarks(scheduler), scheduler.last_request()
    return Days(backfill(scheduler), before, asked_since(scheduler, since))


def watermarks(scheduler) -> dict[str, datetime | None]:
    return {name: scheduler.ledger.watermark("accounts", name) for name in ("usmf", "demf")}


def asked_since(scheduler, request_id: str) -> list[tuple[datetime, datetime]]:
    """The window of every read of accounts in Sales after a request, by the sandbox's journal."""
    requests = scheduler.journal("requests", system="sales", entity_set="accounts", since=request_id)
    return sorted(window_of(parse_qs(request["query"])["$filter"][0]) for request in requests)


def window_of(condition: str) -> tuple[datetime, datetime]:
    found = re.fullmatch(r"modifiedon ge (\S+) and modifiedon lt (\S+)", condition)
    assert found, condition
    return datetime.fromisoformat(found[1]), datetime.fromisoformat(found[2])


def staged(scheduler, run_id: str) -> list[dict[str, str]]:
    staging = Staging(UPath(scheduler.stack.home.airflow / "staging"))
    parts = staging.step("accounts", run_id, "usmf", "accounts", "extract").read().parts("rows")
    return [row for part in parts for row in part.to_pylist()]


def test_each_day_has_its_run_and_its_own_window(scheduler, days):
    windows = [scheduler.ledger.run(scheduler.key(run_id, "usmf")).window for run_id in days.run_ids]
    assert [(window.start, window.end) for window in windows] == WINDOWS
    assert {window.kind for window in windows} == {"interval"}


@pytest.mark.parametrize("day", range(3))
def test_each_day_stages_the_rows_of_its_own_window_only(scheduler, days, day):
    moments = [datetime.fromisoformat(row["modifiedon"]) for row in staged(scheduler, days.run_ids[day])]
    assert moments
    start, end = WINDOWS[day]
    assert all(start <= moment < end for moment in moments)


def test_each_day_asks_sales_for_its_own_window_and_for_nothing_else(days):
    assert days.asked == WINDOWS


def test_the_days_together_read_every_account_once(scheduler, days):
    read = [row["accountid"] for run_id in days.run_ids for row in staged(scheduler, run_id)]
    assert len(read) == len(set(read)) == len(scheduler.systems.sales_rows("accounts"))


def test_a_backfill_does_not_move_the_watermark(scheduler, days):
    assert all(days.watermarks_before.values())
    assert watermarks(scheduler) == days.watermarks_before


def test_a_day_that_is_run_again_reads_its_own_window_and_writes_nothing(scheduler, days):
    run_id = days.run_ids[1]
    since, effects = scheduler.last_request(), scheduler.journal("effects")
    assert scheduler.clear(run_id, "extract", "usmf", downstream=True) == "success"
    assert [scheduler.tasks(run_id, "usmf")[step]["try_number"] for step in STEPS] == [2] * len(STEPS)
    assert asked_since(scheduler, since) == [WINDOWS[1]]
    counts = scheduler.ledger.counts(scheduler.key(run_id, "usmf"))
    assert counts["unchanged"]
    assert set(counts) <= {"unchanged", "skipped", "rejected"}
    assert scheduler.journal("effects") == effects
    assert watermarks(scheduler) == days.watermarks_before
