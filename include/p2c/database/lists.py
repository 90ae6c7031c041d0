"""Conditions on long lists of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

#: Values in one statement: far below the limit of SQLite on parameters.
CHUNK = 1000


def among(connection: Connection, column: ColumnElement[Any], values: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that ``column`` is one of ``values``, each short enough for one statement.

    PostgreSQL takes a list as one array: one parameter, whatever its length.
    """
    ordered = sorted(set(values))
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        if connection.dialect.name == "postgresql":
            yield column == any_(literal(chunk, ARRAY(Text)))
        else:
            yield column.in_(chunk)
