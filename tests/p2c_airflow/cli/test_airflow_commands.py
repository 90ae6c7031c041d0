"""The commands within Airflow's own command line."""

from __future__ import annotations

import pytest
from airflow.cli.cli_parser import get_parser

from p2c_airflow.cli.airflow_commands import get_p2c_commands
from p2c_airflow.cli.commands import COMMANDS


def test_the_group_holds_every_command() -> None:
    (group,) = get_p2c_commands()
    assert [command.name for command in group.subcommands] == [command.name for command in COMMANDS]


def test_airflow_parses_our_options() -> None:
    arguments = get_parser().parse_args(["p2c", "rows", "--outcome", "rejected", "--limit", "5"])
    assert (arguments.outcome, arguments.limit, arguments.json) == ("rejected", 5, False)


def test_airflow_parses_a_command_of_a_group() -> None:
    arguments = get_parser().parse_args(["p2c", "due", "dismiss", "--key", "US-001", "--reason", "Closed."])
    assert (arguments.key, arguments.reason, arguments.yes) == ("US-001", "Closed.", False)


def test_an_error_ends_with_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__PROSPECT_TO_CASH__SITE_FILE", "/none/site.toml")
    arguments = get_parser().parse_args(["p2c", "check"])
    with pytest.raises(SystemExit) as ended:
        arguments.func(arguments)
    assert ended.value.code == 1
