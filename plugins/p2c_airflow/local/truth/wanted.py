"""A row that a destination has to hold, and how it is compared with what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Value = str | Decimal | date | bool | None


class Code(str):
    """A text that both systems take without regard to case: an id, a code, an option."""

    __slots__ = ()


@dataclass(frozen=True)
class Wanted:
    """A destination row as its source says it has to be.

    ``on_create`` holds what is written once, so that it is asked of rows only that this installation created. A row
    that is ``kept`` is out of scope by now: it has to be like this if it was sent before, and need not be there.
    ``lines`` are rows of ``lines_set`` that go with it: these, and no other with its key.
    """

    source_id: str
    entity_set: str
    key: Mapping[str, Value]
    fields: Mapping[str, Value]
    on_create: Mapping[str, Value] = field(default_factory=dict)
    kept: bool = False
    lines_set: str = ""
    lines: tuple[Wanted, ...] = ()

    @property
    def name(self) -> str:
        """The row as a person speaks of it."""
        return " ".join(text(value) for value in self.key.values())

    def asked(self, *, created: bool) -> dict[str, Value]:
        """Every field that is compared."""
        return {**self.fields, **(self.on_create if created else {})}


@dataclass(frozen=True)
class Difference:
    """A field that does not hold what it has to."""

    row: str
    field: str
    wanted: str
    found: str


def differences(wanted: Wanted, found: Row, *, created: bool) -> Iterator[Difference]:
    """The fields in which a destination row differs."""
    for name, value in wanted.asked(created=created).items():
        if not holds(found.get(name), value):
            yield Difference(wanted.name, name, str(value or ""), text(found.get(name)))


def holds(found: Any, wanted: Value) -> bool:
    """Whether a value read from a destination is the one wanted, as that system stores it."""
    if isinstance(wanted, Decimal):
        return found is not None and Decimal(str(found)) == wanted
    if isinstance(wanted, date):
        return text(found)[:10] == wanted.isoformat()
    if isinstance(wanted, Code):
        return text(found).casefold() == wanted.strip().casefold()
    return text(found) == text(wanted)


def text(value: Any) -> str:
    """A value as text: nothing as empty, without blanks at its end, lines ended by a line feed."""
    return "" if value is None else str(value).replace("\r\n", "\n").rstrip()
