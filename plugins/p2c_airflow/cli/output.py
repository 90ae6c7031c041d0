"""Tables for people, JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: A table that is piped or kept is not folded to the width of a terminal.
WIDTH_OF_A_FILE = 1000


def show(records: Sequence[Mapping[str, object]], *, as_json: bool, empty: str) -> None:
    """Print records, whose fields are the columns, as one table or one JSON document."""
    console = _console()
    if as_json:
        console.out(msgspec.json.format(msgspec.json.encode(records), indent=2).decode(), highlight=False)
    elif records:
        console.print(_table(records))
    else:
        console.print(empty)


def say(text: str) -> None:
    """Print a sentence."""
    _console().print(Text(text))


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_FILE)


def _table(records: Sequence[Mapping[str, object]]) -> Table:
    table = Table(*(name.replace("_", " ") for name in records[0]), show_edge=False)
    for record in records:
        table.add_row(*(Text(_shown(value)) for value in record.values()))
    return table


def _shown(value: object) -> str:
    return "" if value is None else str(value)
