"""Where generated rows go: a state file that the sandbox serves, or a directory that its `--data` reads.

Both are made under a name of their own and take their place when they are whole.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

from p2c_sandbox.generator.rows import GeneratedRow
from p2c_sandbox.seeding import put_rows
from p2c_sandbox.settings import System
from p2c_sandbox.store import Store
from p2c_sandbox.store_rows import document

Target = Callable[[Path, Iterable[GeneratedRow]], None]
_ROWS_A_TRANSACTION = 10_000


class TargetExists(ValueError):
    """The file or directory to make is there already."""


def write_state(path: Path, rows: Iterable[GeneratedRow]) -> None:
    """Make the state file at `path`. TargetExists if there is one."""
    with _partial(path) as partial:
        store = Store(partial)
        try:
            for system, entity_set, batch in _batches(rows):
                with store.transaction() as transaction:
                    put_rows(transaction, system, entity_set, batch)
        finally:
            store.close()


def write_directory(path: Path, rows: Iterable[GeneratedRow]) -> None:
    """Make the directory at `path` with one JSON file an entity set. TargetExists if there is one."""
    with _partial(path) as partial, ExitStack() as opened:
        files: dict[tuple[System, str], TextIO] = {}
        for system, entity_set, row in rows:
            file = files.get((system, entity_set))
            if file is None:
                place = partial / system
                place.mkdir(parents=True, exist_ok=True)
                file = opened.enter_context((place / f"{entity_set}.json").open("w", encoding="utf-8"))
                files[system, entity_set] = file
            file.write(("[\n  " if not file.tell() else ",\n  ") + document(row))
        for file in files.values():
            file.write("\n]\n")


def _batches(rows: Iterable[GeneratedRow]) -> Iterator[tuple[System, str, list[dict[str, Any]]]]:
    waiting: dict[tuple[System, str], list[dict[str, Any]]] = defaultdict(list)
    for system, entity_set, row in rows:
        batch = waiting[system, entity_set]
        batch.append(row)
        if len(batch) >= _ROWS_A_TRANSACTION:
            yield system, entity_set, batch
            del waiting[system, entity_set]
    for (system, entity_set), batch in waiting.items():
        yield system, entity_set, batch


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A place beside `path` that becomes `path` at the end, or is removed."""
    if path.exists():
        raise TargetExists(f"{path} is there already; name another, or remove it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    _remove(partial)
    try:
        yield partial
        partial.rename(path)
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
