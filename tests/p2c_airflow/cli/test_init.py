"""`p2c init`, on an installation that has nothing yet."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from p2c.errors import SchemaOutdatedError
from p2c_airflow.cli.main import main
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook


def init() -> int:
    with pytest.raises(SystemExit) as ended:
        main(["init"])
    return int(ended.value.code or 0)


def test_the_ledger_and_the_cds_tables_are_made(installation: Path) -> None:
    tables = {
        name for (name,) in sqlite3.connect(installation / "cds.sqlite").execute("SELECT name FROM sqlite_master")
    }
    assert {"cds_account", "ledger_schema_version"} <= tables


def test_running_it_again_changes_nothing(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init() == 0
    shown = capsys.readouterr().out
    assert "cds.sqlite: up to date." in shown
    assert "Pools: up to date." in shown


def test_a_field_that_a_site_adds_is_asked_for_until_its_column_is_there(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text() + '[flows.accounts.fields.CreditRating]\nsource = "description"\n')
    with pytest.raises(SchemaOutdatedError, match=r"column cds_account\.Custom_CreditRating, .* Run `p2c init`"):
        CommonDataServiceHook().current_engine()
    assert init() == 0
    assert "column cds_account.Custom_CreditRating added" in capsys.readouterr().out
    CommonDataServiceHook().current_engine()


def test_a_mistake_in_the_settings_stops_it_before_anything_is_made(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (installation / "cds.sqlite").unlink()
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("CustomerGroupId", "CustomerGroopId"))
    assert init() == 1
    assert "CustomerGroopId" in capsys.readouterr().err
    assert not (installation / "cds.sqlite").exists()


def test_an_airflow_without_database_is_told_what_to_run(installation: Path) -> None:
    nothing = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{installation}/airflow.db"}
    command = [sys.executable, "-m", "p2c_airflow.cli.main", "init"]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | nothing, text=True, timeout=120)
    assert done.returncode == 1
    assert "Run `airflow db migrate` first." in done.stderr
