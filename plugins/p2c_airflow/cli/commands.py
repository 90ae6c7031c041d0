"""The commands, declared once: `p2c ...` and `airflow p2c ...` are both built from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Option:
    """One option, with its argparse settings."""

    flags: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command, or a group of `commands`. `function` is what it calls: a dotted path, imported when it runs."""

    name: str
    help: str
    function: str = ""
    options: tuple[Option, ...] = ()
    commands: tuple[Command, ...] = ()


def _text(flag: str, help_text: str) -> Option:
    return Option((flag,), {"help": help_text})


def _switch(flag: str, help_text: str) -> Option:
    return Option((flag,), {"help": help_text, "action": "store_true"})


FLOW = _text("--flow", "Of this flow only")
ORGANIZATION = _text("--organization", "Of this organization only")
LIMIT = Option(("--limit",), {"help": "Lines at most (default 50)", "type": int, "default": 50})
JSON = _switch("--json", "Print one JSON document instead of a table")
CHOICE = (
    FLOW,
    ORGANIZATION,
    _text("--outcome", "Parked, rejected or failed rows only, such as rejected"),
    _text("--key", "Of this integration key only"),
)
WITH_REASON = (
    _text("--reason", "Of which a reason contains this text or code"),
    _switch("--dismissed", "Of the rows dismissed by hand instead"),
)
YES = _switch("--yes", "Do not ask")

DUE = Command(
    "due",
    "List, retry or dismiss rows due: those parked, rejected or failed",
    commands=(
        Command(
            "list",
            "List rows due with their reasons and the next try, the longest waiting first",
            "p2c_airflow.cli.due.list_rows",
            (*CHOICE, *WITH_REASON, LIMIT, JSON),
        ),
        Command(
            "retry", "Have rows tried again by the next run", "p2c_airflow.cli.due.retry", (*CHOICE, *WITH_REASON, YES)
        ),
        Command(
            "dismiss",
            "Set rows aside until their source changes",
            "p2c_airflow.cli.due.dismiss",
            (*CHOICE, Option(("--reason",), {"help": "Why; it is kept with your name", "required": True}), YES),
        ),
    ),
)

COMMANDS = (
    Command(
        "init",
        "Prepare an installation: check site.toml, migrate the Common Data Service, create the pools",
        "p2c_airflow.cli.init.init",
    ),
    Command(
        "check",
        "Check site.toml and every flow against the metadata of both systems",
        "p2c_airflow.cli.check.check",
        (
            _switch("--live", "Also sign in, and check against the metadata and the rows of your own systems"),
            Option(
                ("--rows",),
                {"help": "Source rows that --live reads a flow and organization", "type": int, "default": 100_000},
            ),
        ),
    ),
    Command(
        "preflight",
        "Check how both systems are set up before the first run: passed, failed with the remedy, or to look at by hand",
        "p2c_airflow.cli.preflight.preflight",
        (_switch("--apply", "Make the product key in Sales, after asking, and nothing else"), YES, JSON),
    ),
    Command("runs", "List runs, the newest first", "p2c_airflow.cli.runs.runs", (FLOW, ORGANIZATION, LIMIT, JSON)),
    Command(
        "rows",
        "List what became of rows",
        "p2c_airflow.cli.rows.rows",
        (
            FLOW,
            ORGANIZATION,
            _text("--outcome", "With this outcome only, such as rejected"),
            _text("--key", "Of this integration key only"),
            _text("--run", "Of this run id only"),
            LIMIT,
            JSON,
        ),
    ),
    DUE,
    Command(
        "differences",
        "Show what dry runs found: per field the rows that differ, run by run, with examples",
        "p2c_airflow.cli.differences.differences",
        (
            FLOW,
            ORGANIZATION,
            _text("--since", "Of runs since this time only, such as 2026-11-01"),
            Option(("--limit",), {"help": "Examples for each field at most (default 3)", "type": int, "default": 3}),
            JSON,
        ),
    ),
    Command(
        "unselected",
        "List rows that no organization selects, as each last judged them (a full run judges all anew)",
        "p2c_airflow.cli.unselected.unselected",
        (FLOW, LIMIT, JSON),
    ),
    Command(
        "docs",
        "Write the generated tables of the documentation",
        "p2c_airflow.cli.docs.docs",
        (
            _switch("--check", "Write nothing; fail where a file differs"),
            Option(("--folder",), {"help": "Where to write (default docs)", "default": "docs"}),
        ),
    ),
)
