"""The same commands as `airflow p2c ...`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from airflow.cli.cli_config import ActionCommand, Arg, CLICommand, GroupCommand

from p2c_airflow.cli.commands import COMMANDS, Command


def get_p2c_commands() -> list[CLICommand]:
    """Return the command group, as the provider's `cli` section declares it."""
    return [GroupCommand(name="p2c", help="Prospect to cash", subcommands=tuple(map(_airflow_command, COMMANDS)))]


def _airflow_command(command: Command) -> CLICommand:
    if command.commands:
        return GroupCommand(command.name, command.help, subcommands=tuple(map(_airflow_command, command.commands)))
    arguments = tuple(Arg(option.flags, **option.settings) for option in command.options)
    return ActionCommand(name=command.name, help=command.help, func=_runner(command), args=arguments)


def _runner(command: Command) -> Callable[[Namespace], None]:
    def run_command(arguments: Namespace) -> None:
        from p2c_airflow.cli.main import run

        sys.exit(run(command.function, arguments))

    return run_command
