"""The command line as a program."""

from __future__ import annotations

import subprocess
import sys

import pytest

from p2c_airflow.cli.main import main


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in ("init", "check", "runs", "rows", "docs"):
        assert f"    {command} " in shown


def test_an_unknown_command_ends_with_status_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["refresh"])
    assert ended.value.code == 2


def test_an_error_is_one_line_and_status_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AIRFLOW__PROSPECT_TO_CASH__SITE_FILE", "/none/site.toml")
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    assert ended.value.code == 1
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 1
    assert shown[0].startswith("p2c: There is no /none/site.toml.")


@pytest.mark.parametrize("program", [["-m", "p2c_airflow.cli.main"], ["-m", "airflow", "p2c"]], ids=["p2c", "airflow"])
def test_both_programs_offer_the_commands(program: list[str]) -> None:
    command = [sys.executable, *program, "rows", "--help"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120)
    assert "--outcome" in done.stdout
