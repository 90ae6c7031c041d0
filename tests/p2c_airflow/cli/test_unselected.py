"""`p2c unselected`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from p2c.ledger import Ledger, Outcome, Reason, RowOutcome, RunKey, Window
from p2c.ledger.records import NOT_SELECTED
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

JAPAN = Reason(NOT_SELECTED, "It belongs to business unit 'Contoso Japan'.", "unit", "Contoso Japan")


@pytest.fixture
def ledger(installation: Path) -> Ledger:
    return Ledger(CommonDataServiceHook().current_engine())


def pass_over(ledger: Ledger, organization: str) -> None:
    key = RunKey("accounts", "manual__1", "accounts", organization)
    ledger.begin_run(key, Window(None, None, "full"))
    ledger.record(key, [RowOutcome("id-1", "JP-001", 1, Outcome.SKIPPED, (JAPAN,))], fingerprint="settings")


def unselected(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, str]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["unselected", "--json", *options])
    assert not ended.value.code
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_a_row_is_listed_with_its_business_unit_and_who_may_still_select_it(
    ledger: Ledger, installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text() + '\n[organizations.late]\nlegal_entity = "glco"\n')
    for organization in ("usmf", "demf"):
        pass_over(ledger, organization)
    assert unselected(capsys, "--flow", "accounts") == [
        {
            "flow": "accounts",
            "key": "JP-001",
            "id": "id-1",
            "value": "Contoso Japan",
            "reason": "It belongs to business unit 'Contoso Japan'.",
            "not_judged_by": "late",
        }
    ]


def test_before_any_run_nothing_is_listed(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert unselected(capsys) == []


def test_an_unknown_flow_names_the_nearest(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["unselected", "--flow", "acounts"])
    assert ended.value.code == 1
    assert "Unknown flow 'acounts'; did you mean 'accounts'" in capsys.readouterr().err
