from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from upath import UPath

from p2c.staging import Staging

pytestmark = pytest.mark.airflow

DAYS = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3, 4)]
CREATE = ("airflow", "backfill", "create", "--dag-id", "accounts")
DATES = ("--from-date", "2026-03-02", "--to-date", "2026-03-04")
ATTEMPTS = 3
ORGANIZATION = '{"organizations": ["usmf"]}'


def backfill(scheduler, *arguments: str) -> list[str]:
    """Create the backfill on the command line, wait for the end of its runs, and return their ids by day."""
    for _ in range(ATTEMPTS):
        try:
            scheduler.command(*CREATE, *DATES, "--dag-run-conf", ORGANIZATION, *arguments)
            break
        except AssertionError as error:
            # Airflow's own SQLite database: the command met a write of the scheduler in its transaction
            if "database is locked" not in str(error):
                raise
            close_backfills(scheduler)

    def ended() -> list[dict[str, Any]]:
        runs = [run for run in scheduler.stack.api.runs("accounts") if run["run_type"] == "backfill"]
        return runs if all(run["state"] in ("success", "failed") for run in runs) else []

    runs = scheduler.wait_for("end of the backfill's runs", ended)
    close_backfills(scheduler)
    return [run["dag_run_id"] for run in sorted(runs, key=lambda run: run["data_interval_start"])]


def close_backfills(scheduler) -> None:
    """Close what Airflow itself closes minutes after the last run: a DAG has one open backfill at most."""
    for entry in scheduler.api("GET", "/backfills?dag_id=accounts")["backfills"]:
        if not entry["completed_at"]:
            scheduler.api("PUT", f"/backfills/{entry['id']}/cancel")


@pytest.fixture(scope="module")
def days(scheduler, first_run) -> list[str]:
    """The runs of a backfill over three days of changes."""
    return backfill(scheduler)


def staged(scheduler, run_id: str) -> list[dict[str, str]]:
    staging = Staging(UPath(scheduler.stack.home.airflow / "staging"))
    parts = staging.step("accounts", run_id, "usmf", "accounts", "extract").read().parts("rows")
    return [row for part in parts for row in part.to_pylist()]


def test_each_day_has_its_run_and_its_own_window(scheduler, days):
    windows = [scheduler.ledger.run(scheduler.key(run_id, "usmf")).window for run_id in days]
    assert [(window.start, window.end) for window in windows] == [(day, day + timedelta(days=1)) for day in DAYS]
    assert {window.kind for window in windows} == {"interval"}


@pytest.mark.parametrize("day", range(3))
def test_each_day_stages_the_rows_of_its_own_window_only(scheduler, days, day):
    moments = [datetime.fromisoformat(row["modifiedon"]) for row in staged(scheduler, days[day])]
    assert moments
    assert all(DAYS[day] <= moment < DAYS[day] + timedelta(days=1) for moment in moments)


def test_the_journal_of_sales_shows_one_request_for_each_day(scheduler, days):
    requests = scheduler.journal("requests", system="sales", entity_set="accounts")
    for day in DAYS:
        start, end = day.strftime("%Y-%m-%dT"), (day + timedelta(days=1)).strftime("%Y-%m-%dT")
        asked = [r["query"] for r in requests if f"modifiedon%20ge%20{start}" in r["query"].replace("+", "%20")]
        assert asked
        assert all(f"modifiedon%20lt%20{end}" in query.replace("+", "%20") for query in asked)


def test_the_days_together_read_every_account_once(scheduler, days):
    read = [row["accountid"] for run_id in days for row in staged(scheduler, run_id)]
    assert len(read) == len(set(read)) == len(scheduler.systems.accounts())


def test_a_backfill_does_not_move_the_watermark(scheduler, first_run, days):
    end = scheduler.ledger.run(scheduler.key(first_run, "usmf")).window.end
    assert scheduler.ledger.watermark("accounts", "usmf") >= end
    backfilled = [scheduler.ledger.run(scheduler.key(run_id, "usmf")).window.end for run_id in days]
    assert scheduler.ledger.watermark("accounts", "usmf") not in backfilled


def test_days_that_ran_before_run_again_only_if_asked_and_then_write_nothing(scheduler, days):
    before = len(scheduler.systems.effects())
    again = backfill(scheduler, "--reprocess-behavior", "completed")
    assert again == days
    outcomes = {name for run_id in days for name in scheduler.ledger.counts(scheduler.key(run_id, "usmf"))}
    assert outcomes <= {"unchanged", "skipped", "rejected"}
    assert len(scheduler.systems.effects()) == before
