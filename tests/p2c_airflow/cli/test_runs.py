"""`p2c runs`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from p2c.ledger import Ledger, Outcome, RunKey, Window
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

KEY = RunKey("accounts", "manual__1", "accounts", "usmf")
NOVEMBER_1, NOVEMBER_2 = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


def runs(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, str]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["runs", "--json", *options])
    assert not ended.value.code
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture
def ledger(installation: Path) -> Ledger:
    ledger = Ledger(CommonDataServiceHook().current_engine())
    ledger.begin_run(KEY, Window(NOVEMBER_1, NOVEMBER_2, "params"), dry_run=False)
    return ledger


def test_a_run_is_shown_with_its_window_and_counts(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.finish_run(KEY, "succeeded", {Outcome.CREATED: 3, Outcome.FAILED: 0})
    (shown,) = runs(capsys)
    assert shown["state"] == "succeeded"
    assert shown["window"] == "params [2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z)"
    assert shown["rows"] == "3 created"


def test_lines_deleted_are_told_apart_from_the_rows(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.finish_run(KEY, "success", {Outcome.UPDATED: 2}, {"deleted": 3})
    assert runs(capsys)[0]["rows"] == "2 updated; 3 lines deleted"


def test_a_dry_run_and_its_keys_are_marked(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.begin_run(
        RunKey("accounts", "manual__2", "accounts", "usmf"), Window(None, None, "keys", ("A",)), dry_run=True
    )
    shown = runs(capsys)[0]
    assert (shown["state"], shown["window"]) == ("running (dry run)", "keys A")


def test_runs_are_chosen_by_organization(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert runs(capsys, "--organization", "demf") == []
    assert len(runs(capsys, "--organization", "usmf")) == 1


def test_a_run_shows_its_requests_and_what_throttling_cost(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.add_statistics(KEY, {"requests": 8, "throttled": 2, "seconds_waited": 3.25})
    ledger.finish_run(KEY, "success", {Outcome.CREATED: 100, Outcome.FAILED: 2})
    (shown,) = runs(capsys)
    assert (shown["requests"], shown["throttled"], shown["seconds_waited"]) == (8, 2, 3.2)
    assert shown["rows_per_request"] == 12.8
