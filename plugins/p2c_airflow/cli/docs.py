"""`p2c docs`: the tables of the documentation, written from declarations."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.console import Console

from p2c.errors import ConfigurationError
from p2c_airflow.documentation.pages import pages

NOTICE = "<!-- Written by `p2c docs`. Change the declarations, not this file. -->\n\n"


def docs(arguments: Namespace) -> None:
    """Write every page, or with `--check` raise ConfigurationError naming those that differ."""
    folder = Path(arguments.folder)
    wanted = {folder / name: NOTICE + text.strip() + "\n" for name, text in pages().items()}
    outdated = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if arguments.check and outdated:
        raise ConfigurationError(f"{', '.join(map(str, outdated))} differ from the declarations: run `make docs`.")
    for path in outdated:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    Console().print(f"{len(outdated)} of {len(wanted)} pages written to {folder}.")
