"""Insert or update in bulk: ``INSERT ... ON CONFLICT DO UPDATE`` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, Table
    from sqlalchemy.sql import ColumnCollection

Unless = Callable[["ColumnCollection[str, ColumnElement[Any]]"], "ColumnElement[bool]"]
Statement = TypeVar("Statement", sqlite.Insert, postgresql.Insert)
Columns = Mapping[str, Sequence[Any]]


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, unless: Unless | None = None
) -> None:
    """Write ``rows`` by primary key; a stored row stays where ``unless`` (given the new values) holds.

    Of rows with one key the last is written. They are written in key order, so that two writers never wait for each
    other in a circle. Statements are kept by ``unless``: give the same function for the same condition.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    of_key = itemgetter(*keys)
    latest = {of_key(row): row for row in rows}
    ordered = [latest[key] for key in sorted(latest)]
    columns = {name: [row[name] for row in ordered] for name in rows[0]}
    if connection.dialect.name == "postgresql":
        connection.execute(_of_arrays(table, tuple(columns), unless), columns)
        return
    statement, parameters = _of_tuples(table, tuple(columns), unless, connection.dialect)
    values = (_bound(parameter, columns, connection.dialect) for parameter in parameters)
    connection.exec_driver_sql(statement, list(zip(*values, strict=False)))


@lru_cache
def newer_stays(table: Table) -> Unless:
    """The condition that a stored row is of a newer version."""
    return lambda new: table.c.version > new.version


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@lru_cache
def _of_arrays(table: Table, names: Sequence[str], unless: Unless | None) -> postgresql.Insert:
    """One statement for any number of rows: a column is one parameter."""
    arrays = (bindparam(name, type_=ARRAY(table.c[name].type, dimensions=1)) for name in names)
    rows = func.unnest(*arrays).table_valued(*names).render_derived(name="rows")
    statement = postgresql.insert(table).from_select(names, select(*rows.c))
    return _updating(statement, table, names, unless)


@lru_cache
def _of_tuples(
    table: Table, names: Sequence[str], unless: Unless | None, dialect: Dialect
) -> tuple[str, Sequence[BindParameter[Any]]]:
    """The statement for one row, as the driver takes it, and its parameters in order."""
    statement = _updating(sqlite.insert(table), table, names, unless)
    compiled = statement.compile(dialect=dialect, column_keys=names)
    return str(compiled), [compiled.binds[name] for name in compiled.positiontup or ()]


def _updating(statement: Statement, table: Table, names: Iterable[str], unless: Unless | None) -> Statement:
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in names if name not in keys}
    where = ~unless(statement.excluded) if unless else None
    return statement.on_conflict_do_update(index_elements=keys, set_=values, where=where)


def _bound(parameter: BindParameter[Any], columns: Columns, dialect: Dialect) -> Iterable[Any]:
    """The values of one parameter as the driver takes them; one that is no column has the same for every row."""
    processor = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    if parameter.key not in columns:
        return repeat(processor(parameter.effective_value) if processor else parameter.effective_value)
    values = columns[parameter.key]
    return map(processor, values) if processor else values
