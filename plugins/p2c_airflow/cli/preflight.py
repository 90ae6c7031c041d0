"""`p2c preflight`: is this pair of systems set up for us, and what is to be done where it is not?"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from p2c.check.preflight import Line, Status
from p2c.check.preflight.product_key import TITLE, make_product_key
from p2c.errors import ConfigurationError
from p2c_airflow.cli.output import say, show
from p2c_airflow.hooks.systems import system_client
from p2c_airflow.installation import installed_site
from p2c_airflow.preflight import preflight as preflight_of_installation

STYLES = {Status.PASSED: "green", Status.FAILED: "bold red", Status.NOT_CHECKABLE: "yellow"}


def preflight(arguments: Namespace) -> int:
    """Print every line, and with `--apply` make the product key; returns 1 where a line failed."""
    if arguments.json:
        found = list(preflight_of_installation())
        show([vars(line) for line in found], as_json=True, empty="")
    else:
        found = list(_printed(preflight_of_installation()))
    failed = [line for line in found if line.status is Status.FAILED]
    if arguments.apply and any(line.title == TITLE for line in failed):
        made = _apply(yes=arguments.yes)
        say(str(made))
        failed = [line for line in failed if line.title != TITLE or made.status is Status.FAILED]
    return 1 if failed else 0


def _printed(lines: Iterable[Line]) -> Iterable[Line]:
    """Each line as it is found: a person waits."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text(str(line.status), STYLES[line.status]), Text(str(line).removeprefix(line.status)), sep="")
        yield line


def _apply(*, yes: bool) -> Line:
    """Raises ConfigurationError where the person does not agree, or cannot be asked."""
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigurationError("The product key would be made in Sales: confirm it by --yes.")
        say("Make an alternate key on productnumber in the table Product of Sales? [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ConfigurationError("The product key was not made.")
    return make_product_key(system_client("sales", None, installed_site()))
