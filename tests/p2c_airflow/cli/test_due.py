"""`p2c due`."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest

from p2c.ledger import Ledger, Outcome, Reason, RowOutcome, RunKey, Window
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

KEY = RunKey("accounts", "manual__1", "accounts", "usmf")
TOO_LONG = Reason("length", "The name has 160 characters; 100 fit.", "name")
REFUSED = Reason("refused", "The customer group does not exist.")
WAITS = Reason("parent", "It waits for US-009.", "parent", "9")


@pytest.fixture
def ledger(installation: Path) -> Ledger:
    """A row of each kind that is due, and one that landed."""
    ledger = Ledger(CommonDataServiceHook().current_engine())
    record(
        ledger,
        RowOutcome("1", "US-001", 1, Outcome.CREATED, destination_key="US-001", ours=True),
        RowOutcome("2", "US-002", 1, Outcome.REJECTED, (TOO_LONG,)),
        RowOutcome("3", "US-003", 1, Outcome.FAILED, (REFUSED,)),
        RowOutcome("4", "US-004", 1, Outcome.PARKED, (WAITS,)),
    )
    return ledger


def record(ledger: Ledger, *outcomes: RowOutcome) -> None:
    ledger.begin_run(KEY, Window(None, None, "full"))
    ledger.record(KEY, outcomes, fingerprint="settings")


def due(*arguments: str, status: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["due", *arguments])
    assert ended.value.code == status


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    due("list", "--json", *options)
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def test_rows_due_are_listed_with_reason_and_next_try(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys)
    assert set(rows) == {"US-002", "US-003", "US-004"}
    assert rows["US-002"]["reason"] == TOO_LONG.text
    assert rows["US-002"]["next_try"] == "when its source, the flow, the settings or reference data change"
    assert rows["US-003"]["since"] < rows["US-003"]["next_try"]
    assert rows["US-004"]["next_try"].endswith("or when its parent lands")


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (["--outcome", "failed"], {"US-003"}),
        (["--key", "us-002"], {"US-002"}),
        (["--reason", "customer GROUP"], {"US-003"}),
        (["--reason", "length"], {"US-002"}),
        (["--organization", "demf"], set()),
        (["--flow", "contacts"], set()),
        (["--dismissed"], set()),
    ],
)
def test_rows_are_chosen_by_each_filter(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], options: list[str], keys: set[str]
) -> None:
    assert set(listed(capsys, *options)) == keys


def test_no_more_rows_are_listed_than_asked_for(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(listed(capsys, "--limit", "1")) == 1


def test_a_row_is_retried_by_the_next_run(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    due("retry", "--key", "US-002")
    assert "1 rows will be tried again" in capsys.readouterr().out
    assert listed(capsys)["US-002"]["next_try"] == "next run"
    assert ledger.rows_due("accounts", "usmf", fingerprint="settings", limit=9) == ["2"]


def test_a_dismissed_row_keeps_who_and_why_and_can_be_retried(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    due("dismiss", "--key", "US-003", "--reason", "A test customer")
    assert set(listed(capsys)) == {"US-002", "US-004"}
    dismissed = listed(capsys, "--dismissed")["US-003"]
    assert dismissed["outcome"] == "skipped"
    assert dismissed["reason"].startswith(f"Dismissed by {getpass.getuser()}: A test customer.")
    due("retry", "--dismissed", "--key", "US-003")
    assert listed(capsys)["US-003"]["next_try"] == "next run"


def test_a_dismissal_says_why(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    due("dismiss", "--key", "US-003", status=2)
    due("dismiss", "--key", "US-003", "--reason", " ", status=1)
    assert "US-003" in listed(capsys)


@pytest.mark.parametrize("decision", [("retry",), ("dismiss", "--reason", "Old.")], ids=["retry", "dismiss"])
def test_a_decision_on_many_rows_is_confirmed(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], decision: tuple[str, ...]
) -> None:
    record(ledger, *(RowOutcome(f"m{n}", f"M-{n}", 1, Outcome.REJECTED, (TOO_LONG,)) for n in range(11)))
    due(*decision, "--outcome", "rejected", status=1)
    assert "12 rows would be" in capsys.readouterr().err
    assert listed(capsys)["M-1"]["next_try"].startswith("when its source")
    due(*decision, "--outcome", "rejected", "--yes")
    assert listed(capsys).get("M-1", {"next_try": "next run"})["next_try"] == "next run"


def test_an_outcome_that_is_never_due_is_refused(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    due("list", "--outcome", "created", status=1)
    assert "outcome of rows due" in capsys.readouterr().err
