"""Conditions on long lists of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from p2c.database.types import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

#: Values in one statement.
CHUNK = 5000


def among(connection: Connection, column: ColumnElement[Any], values: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that ``column`` is one of ``values`` as they are stored, each short enough for one statement.

    A list is one parameter, whatever its length: an array for PostgreSQL, JSON for SQLite.
    """
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        chunk = distinct[start : start + CHUNK]
        if connection.dialect.name == "postgresql":
            yield column == any_(literal([storable(text) for text in chunk], ARRAY(Text)))
        else:
            listed = func.json_each(literal(_as_json(chunk), Text))
            yield column.in_(select(listed.table_valued("value").c.value))


def _as_json(texts: list[str]) -> str:
    """The texts as they are stored; most lists hold nothing that is stored otherwise, and are looked at as one."""
    try:
        encoded = msgspec.json.encode(texts)
    except UnicodeEncodeError:
        encoded = b""
    if not encoded or b"\\u0000" in encoded:
        encoded = msgspec.json.encode([storable(text) for text in texts])
    return encoded.decode()
