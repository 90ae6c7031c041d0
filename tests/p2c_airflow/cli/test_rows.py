"""`p2c rows`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from p2c.ledger import Ledger, Outcome, Reason, RowOutcome, RunKey, Window
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

KEY = RunKey("accounts", "manual__1", "accounts", "usmf")
AMOUNTS = (Decimal("589.97"), Decimal("580.00"))
REJECTED = Reason("too_long", "The name has 160 characters; 100 fit.", "name", "Very long")


@pytest.fixture
def ledger(installation: Path) -> Ledger:
    """One run, in which one row landed and one did not."""
    ledger = Ledger(CommonDataServiceHook().current_engine())
    ledger.begin_run(KEY, Window(None, None, "full"), dry_run=False)
    ledger.open_outcomes(KEY, "set")
    outcomes = [
        RowOutcome("1", "US-001", 1, Outcome.CREATED, destination_key="US-001", ours=True, amounts=AMOUNTS),
        RowOutcome("2", "US-043", 1, Outcome.REJECTED, (REJECTED,)),
    ]
    ledger.record(KEY, outcomes, fingerprint="settings")
    return ledger


def rows(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, str]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["rows", "--json", *options])
    assert not ended.value.code
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_a_row_is_shown_with_field_value_and_reason(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = rows(capsys, "--outcome", "rejected")
    assert shown == {
        "flow": "accounts",
        "organization": "usmf",
        "key": "US-043",
        "outcome": "rejected",
        "field": "name",
        "value": "Very long",
        "reason": "The name has 160 characters; 100 fit.",
        "run": "manual__1",
    }


def test_a_key_is_found_whatever_its_case(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert [row["key"] for row in rows(capsys, "--key", "us-001")] == ["US-001"]


def test_a_run_shows_what_the_lines_of_each_row_come_to_in_both_systems(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    amounts = {
        row["key"]: [Decimal(sum_) for sum_ in row["amounts"].split(" / ") if sum_]
        for row in rows(capsys, "--run", "manual__1")
    }
    assert amounts == {"US-001": list(AMOUNTS), "US-043": []}


def test_a_run_shows_what_became_of_its_rows(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert {row["key"] for row in rows(capsys, "--run", "manual__1")} == {"US-001", "US-043"}
    assert [row["key"] for row in rows(capsys, "--run", "manual__1", "--key", "us-043")] == ["US-043"]
    assert rows(capsys, "--run", "manual__2") == []


def test_no_more_rows_are_shown_than_asked_for(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(rows(capsys, "--limit", "1")) == 1


def test_an_unknown_outcome_names_the_nearest(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rows", "--outcome", "rejectd"])
    assert ended.value.code == 1
    assert "Unknown outcome 'rejectd'; did you mean 'rejected'" in capsys.readouterr().err
