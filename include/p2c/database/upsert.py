"""Insert or update in bulk: ``INSERT ... ON CONFLICT DO UPDATE`` on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table
    from sqlalchemy.sql import ColumnCollection


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    unless: Callable[[ColumnCollection[str, ColumnElement[Any]]], ColumnElement[bool]] | None = None,
) -> None:
    """Write ``rows`` by primary key; a stored row stays where ``unless`` (given the new values) holds.

    Rows are written in key order, so that two writers never wait for each other in a circle.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(connection, table)
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    where = ~unless(statement.excluded) if unless else None
    ordered = sorted(rows, key=lambda row: [row[name] for name in keys])
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values, where=where), ordered)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
