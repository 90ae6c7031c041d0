"""The declared commands."""

from __future__ import annotations

import pytest
from airflow.sdk.module_loading import import_string

from p2c_airflow.cli.commands import COMMANDS, Command

CALLED = [called for command in COMMANDS for called in command.commands or (command,)]


@pytest.mark.parametrize("command", CALLED, ids=lambda command: command.name)
def test_every_command_leads_to_a_function(command: Command) -> None:
    assert callable(import_string(command.function))


@pytest.mark.parametrize("command", [*COMMANDS, *CALLED], ids=lambda command: command.name)
def test_every_command_and_option_is_explained(command: Command) -> None:
    assert command.help
    assert all(option.settings["help"] for option in command.options)
