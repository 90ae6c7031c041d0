"""Records of a collection decoded straight into columns of text; members that were not asked for are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from types import NoneType
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from p2c.systems.odata.query import ETAG

Column = Sequence[str | None]


class MissingFieldError(ValueError):
    """A record lacks a field that was asked for."""


class RecordShape:
    """What is read of each record: ``fields``, those named ``lookup.column`` through the lookup, and the ETag."""

    def __init__(self, fields: Iterable[str]) -> None:
        own: dict[str, Any] = {ETAG: Any}
        behind: dict[str, list[str]] = {}
        for name in fields:
            lookup, dot, column = name.partition(".")
            if dot:
                behind.setdefault(lookup, []).append(column)
            else:
                own[name] = Any
        self._lookups = {lookup: RecordShape(columns) for lookup, columns in behind.items()}
        types = own | {lookup: shape.record | UnsetType | None for lookup, shape in self._lookups.items()}
        members = [(f"member{n}", types[name], msgspec.field(default=UNSET, name=name)) for n, name in enumerate(types)]
        self._members = {name: attrgetter(member) for name, (member, *_) in zip(types, members, strict=True)}
        self.record: Any = msgspec.defstruct("Record", members, gc=False)  # holds no cycle to look for

    def columns(self, records: Sequence[Any]) -> dict[str, Column]:
        """The records' values by field; raises MissingFieldError."""
        columns: dict[str, Column] = {}
        for name, member in self._members.items():
            values = list(map(member, records))
            if shape := self._lookups.get(name):
                columns |= shape.behind(name, values)
            else:
                columns[name] = values if name == ETAG else _texts(name, values)
        return columns

    def behind(self, lookup: str, related: Sequence[Any]) -> Mapping[str, Column]:
        """The columns of the records behind a lookup, all null where it is."""
        if UNSET in related:
            raise MissingFieldError(f"the field {lookup!r} was asked for and is missing")
        nothing = self.record(*[None] * len(self._members))
        columns = self.columns([record or nothing for record in related])
        return {f"{lookup}.{name}": values for name, values in columns.items() if name != ETAG}


def text_of(value: Any) -> str | None:
    """A decoded scalar as text, as on the wire."""
    if value is None or type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) is int else msgspec.json.encode(value).decode()


def _texts(name: str, values: Sequence[Any]) -> Column:
    kinds = set(map(type, values))
    if UnsetType in kinds:
        raise MissingFieldError(f"the field {name!r} was asked for and is missing")
    if kinds <= {str, NoneType}:
        return values
    return list(map(str, values)) if kinds == {int} else [text_of(value) for value in values]
