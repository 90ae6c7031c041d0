"""`p2c`: prepare, check and read an installation. Connections are found as Airflow finds them."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from p2c_airflow.cli.commands import COMMANDS, Command


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 with one line that says what to mend, 2 for a wrong command line."""
    chosen = _parser().parse_args(arguments)
    sys.exit(run(chosen.function, chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="p2c", description="Dynamics 365 Sales and Finance and Operations, in step.")
    _add(parser, COMMANDS)
    return parser


def _add(parser: argparse.ArgumentParser, commands: Sequence[Command]) -> None:
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        subparser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        if command.commands:
            _add(subparser, command.commands)
            continue
        subparser.set_defaults(function=command.function)
        for option in command.options:
            subparser.add_argument(*option.flags, **option.settings)


def run(function: str, arguments: Any) -> int:
    """Run the function at a dotted path and return its exit code; an error is one line, without a traceback."""
    from airflow.sdk.exceptions import AirflowException
    from sqlalchemy.exc import DatabaseError

    from p2c.errors import IntegrationError

    module, _, name = function.rpartition(".")
    try:
        return int(getattr(importlib.import_module(module), name)(arguments) or 0)
    except (IntegrationError, AirflowException) as error:
        print(f"p2c: {error}", file=sys.stderr)  # noqa: T201 - a command's last word
    except DatabaseError as error:
        print(f"p2c: A database does not answer as it should: {error.orig}", file=sys.stderr)  # noqa: T201
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    main()
