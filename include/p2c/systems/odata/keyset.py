"""Keyset paging: each page begins after the last key of the one before.

F&O pages by offset, which loses and repeats rows while others write; keyset paging does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from p2c.systems.odata.literals import literal

if TYPE_CHECKING:
    from p2c.systems.odata.query import Query, Row


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a read goes on: ``after`` these key values, or at the server's ``link`` where a page held no row."""

    after: Mapping[str, str] = {}
    link: str = ""

    def token(self) -> str:
        """The position as text."""
        return msgspec.json.encode(self).decode()

    @staticmethod
    def parse(token: str) -> Position:
        """The position that ``token`` says; raises ValueError."""
        return msgspec.json.decode(token, type=Position)


def position_after(row: Row, query: Query) -> Position:
    """The position after ``row``; raises ValueError if a key field is null."""
    after: dict[str, str] = {}
    for name in query.order_by:
        value = row.get(name)
        if value is None:
            raise ValueError(f"{query.entity_set}: key field {name} of a row is null; it cannot order the read.")
        after[name] = value
    return Position(after=after)


def filter_after(position: Position, query: Query) -> str:
    """Rows behind ``position`` in the order of the query's key fields.

    Nested as ``A ge x and (A gt x or (B ...))``: without ``eq``, in which F&O takes ``*`` for a wildcard.
    """
    condition = ""
    for name in reversed(query.order_by):
        value = literal(position.after[name], query.types.get(name, "Edm.String"))
        condition = f"({name} ge {value} and ({name} gt {value} or {condition}))" if condition else f"{name} gt {value}"
    return condition
