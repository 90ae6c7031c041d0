"""Finding the whole parts that an interrupted try left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from p2c.errors import StagingError
from p2c.staging import storage
from p2c.staging.manifest import PartRecord, StagedPart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from upath import UPath


@dataclass(frozen=True)
class Resumed:
    """The parts taken over, the record of the last of them and the state stored in it."""

    parts: tuple[StagedPart, ...] = ()
    record: str | None = None
    state: Any = None


def last_whole_parts(folder: UPath, step: str, basis: str) -> Resumed:
    """The longest run of whole parts, from the first on, that a try on the same ``basis`` left in ``folder``."""
    for record in sorted(_records(folder), key=lambda name: (name.rpartition("/")[2], name), reverse=True):
        chain = _chain(folder, step, record, basis)
        if chain:
            return Resumed(tuple(link.part for link in chain), record, chain[-1].state)
    return Resumed()


def _records(folder: UPath) -> Iterable[str]:
    attempts = [name for name in storage.entries(folder) if not name.endswith(".json")]
    for attempt in attempts:
        for name in storage.entries(folder / attempt):
            if name.endswith(".json"):
                yield f"{attempt}/{name}"


def _chain(folder: UPath, step: str, record: str, basis: str) -> list[PartRecord]:
    """The records up to ``record``, first to last; none if one of them or a file is not whole."""
    chain: list[PartRecord] = []
    name: str | None = record
    while name:
        try:
            link = msgspec.json.decode(storage.read(folder / name, step), type=PartRecord)
        except (StagingError, msgspec.DecodeError, UnicodeDecodeError):
            return []
        if link.basis != basis or not _whole(folder, link.part):
            return []
        chain.append(link)
        name = link.previous
    return chain[::-1]


def _whole(folder: UPath, part: StagedPart) -> bool:
    try:
        return all((folder / file.path).stat().st_size == file.size for file in part.files.values())
    except FileNotFoundError:
        return False
