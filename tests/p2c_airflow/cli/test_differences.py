"""`p2c differences`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from p2c.ledger import Difference, Ledger, Outcome, RunKey, Window
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

DIFFERS = Difference("1", "US-001", Outcome.UPDATED, "OrganizationName", "Contoso", "Fabrikam")
MISSING = Difference("2", "US-002", Outcome.CREATED)
BARRED = Difference("3", "US-003", Outcome.REJECTED, "name", found="?", reason="The name is missing.")


@pytest.fixture
def ledger(installation: Path) -> Ledger:
    return Ledger(CommonDataServiceHook().current_engine())


def dry_run(ledger: Ledger, run_id: str, *found: Difference) -> None:
    key = RunKey("accounts", run_id, "accounts", "usmf")
    ledger.begin_run(key, Window(None, None, "full"), dry_run=True)
    ledger.record_differences(key, [each.source_id for each in found], found)
    fields = {"OrganizationName": 1} if DIFFERS in found else {}
    counts = {Outcome.UNCHANGED: 7, Outcome.CREATED: int(MISSING in found)}
    ledger.finish_run(key, "success", counts, {"fields": fields, "cannot_land": int(BARRED in found)})


def shown(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["differences", *options])
    assert not ended.value.code
    return capsys.readouterr().out


def documents(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shown(capsys, "--json", *options))
    return found


def test_fields_that_differ_are_shown_over_time_with_an_example(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    dry_run(ledger, "first", DIFFERS, MISSING)
    dry_run(ledger, "second", DIFFERS, BARRED)
    (found,) = documents(capsys)
    assert found["fields"] == {"OrganizationName": [1, 1]}
    assert found["missing"] == [1, 0]
    blank = {"key": "", "line": "", "wanted": "", "found": "", "reason": ""}
    assert found["rows"] == [
        blank | {"field": "(row missing)", "rows_by_run": "1, 0"},
        blank
        | {"field": "OrganizationName", "rows_by_run": "1, 1"}
        | {"key": "US-001", "wanted": "Contoso", "found": "Fabrikam"},
        blank | {"field": "name", "rows_by_run": "", "key": "US-003", "found": "?", "reason": "The name is missing."},
    ]
    text = shown(capsys)
    assert (
        "accounts for usmf: rows that agree: 7; rows that differ, by field: OrganizationName 1; rejected or parked: 1."
        in text
    )
    assert "US-001" in text


def test_runs_without_a_difference_are_said_plainly(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    for run_id in ("first", "second", "third"):
        dry_run(ledger, run_id)
    assert shown(capsys).strip() == "accounts for usmf: no difference in the last 3 runs; rows that agree: 7."
    assert documents(capsys)[0]["runs_in_step"] == 3


def test_runs_are_chosen_by_flow_organization_and_time(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    dry_run(ledger, "first", DIFFERS)
    assert documents(capsys, "--flow", "contacts") == []
    assert documents(capsys, "--organization", "demf") == []
    assert documents(capsys, "--since", "2999-01-01") == []
    assert len(documents(capsys, "--since", "2020-01-01")) == 1


def test_before_any_dry_run_the_way_to_one_is_named(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert "trigger initial_load" in shown(capsys)


def test_a_time_that_is_none_is_refused(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["differences", "--since", "yesterday"])
    assert ended.value.code == 1
    assert "--since is 'yesterday'" in capsys.readouterr().err
