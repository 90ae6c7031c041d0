"""State of the sandbox: one SQLite file that holds the rows of every entity set of both systems as JSON documents.

A row is known by its key, the canonical text of its key values. Each write takes the next number of one counter that
only rises: Dataverse's `versionnumber`, F&O's `recVersion`, and the order of change tracking.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock, local
from typing import Any

from p2c_sandbox.clock import Clock, timestamp
from p2c_sandbox.store_rows import (
    COLUMNS,
    ORDERS,
    WHOLE,
    Change,
    KeyExists,
    Page,
    Row,
    RowMissing,
    conditions_of,
    document,
    entity_set_condition,
    folded,
    index_name,
    key_text,
    property_expression,
    row_of,
)

__all__ = ["Change", "KeyExists", "Page", "Row", "RowMissing", "Store", "Transaction", "key_text"]

BUSY_TIMEOUT_SECONDS = 30

_SCHEMA = """
create table if not exists rows (
    sequence integer primary key autoincrement,
    system text not null, entity_set text not null, key text not null,
    version integer not null, created text not null, modified text not null, document text not null
);
create unique index if not exists rows_by_key on rows (system, entity_set, key);
create index if not exists rows_by_modified on rows (system, entity_set, modified, key);
create index if not exists rows_by_version on rows (system, entity_set, version);
create table if not exists deletions (
    system text not null, entity_set text not null, key text not null,
    version integer not null, deleted text not null
);
create index if not exists deletions_by_version on deletions (system, entity_set, version);
create table if not exists counter (name text primary key, value integer not null);
insert or ignore into counter values ('version', 1000);
"""


class Transaction:
    """Reads and writes inside one database transaction; `connection` lets the journal write in the same one."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self.connection = connection
        self._clock = clock

    def now(self) -> datetime:
        """The present moment of the sandbox."""
        return self._clock.now()

    def get(self, system: str, entity_set: str, key: str) -> Row | None:
        """The row of this key, or None."""
        found = self.connection.execute(
            f"select {COLUMNS} from rows where system = ? and entity_set = ? and key = ?",  # noqa: S608 constants only
            (system, entity_set, key),
        ).fetchone()
        return row_of(found) if found else None

    def find(
        self,
        system: str,
        entity_set: str,
        predicate: Callable[[Row], bool] | None = None,
        page: Page = WHOLE,
    ) -> Iterator[Row]:
        """Live rows of an entity set that `predicate` accepts, in the order of `page` (as inserted, by default)."""
        conditions, values = conditions_of(page)
        where = " and ".join([entity_set_condition(system, entity_set), *conditions])
        # the sign keeps SQLite from walking the whole set in order when a property's own index finds a few rows
        order = ", ".join(f"+{column}" if page.equal else column for column in ORDERS[page.order])
        query = f"select {COLUMNS} from rows where {where} order by {order}"  # noqa: S608 names are checked
        for found in self.connection.execute(query, values):
            row = row_of(found)
            if predicate is None or predicate(row):
                yield row

    def index(self, system: str, entity_set: str, name: str) -> None:
        """Let `Page.equal` on this property be answered without reading the whole entity set."""
        self.connection.execute(
            f"create index if not exists {index_name(system, entity_set, name)}"
            f" on rows ({property_expression(name)}) where {entity_set_condition(system, entity_set)}"
        )

    def has_index(self, system: str, entity_set: str, name: str) -> bool:
        """Whether `index` was called for this property."""
        query = "select 1 from sqlite_master where type = 'index' and name = ?"
        return self.connection.execute(query, (index_name(system, entity_set, name),)).fetchone() is not None

    def count(self, system: str, entity_set: str) -> int:
        """Number of live rows of an entity set."""
        query = "select count(*) from rows where system = ? and entity_set = ?"
        return int(self.connection.execute(query, (system, entity_set)).fetchone()[0])

    def insert(
        self, system: str, entity_set: str, key: str, values: Mapping[str, Any], *, at: datetime | None = None
    ) -> Row:
        """Add a row, created and modified `at` (by default now). KeyExists if the key is taken."""
        moment = self._moment(at)
        row = Row(key, dict(values), self.next_version(), moment, moment)
        try:
            self.connection.execute(
                "insert into rows (system, entity_set, key, version, created, modified, document)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (system, entity_set, key, row.version, timestamp(moment), timestamp(moment), document(row.values)),
            )
        except sqlite3.IntegrityError:
            raise KeyExists(f"{entity_set} already has a row of key {key!r}.") from None
        return row

    def update(
        self, system: str, entity_set: str, key: str, changes: Mapping[str, Any], *, at: datetime | None = None
    ) -> Row:
        """Merge `changes` into a row; it takes a new version, modified `at` (by default now). RowMissing if unknown."""
        row = self.get(system, entity_set, key)
        if row is None:
            raise RowMissing(f"{entity_set} has no row of key {key!r}.")
        moment = self._moment(at)
        changed = Row(key, {**row.values, **changes}, self.next_version(), row.created, moment)
        self.connection.execute(
            "update rows set version = ?, modified = ?, document = ? where system = ? and entity_set = ? and key = ?",
            (changed.version, timestamp(moment), document(changed.values), system, entity_set, key),
        )
        return changed

    def delete(self, system: str, entity_set: str, key: str) -> None:
        """Remove a row and remember that it is gone. RowMissing if unknown."""
        removed = self.connection.execute(
            "delete from rows where system = ? and entity_set = ? and key = ?", (system, entity_set, key)
        )
        if not removed.rowcount:
            raise RowMissing(f"{entity_set} has no row of key {key!r}.")
        self.connection.execute(
            "insert into deletions values (?, ?, ?, ?, ?)",
            (system, entity_set, key, self.next_version(), timestamp(self._clock.now())),
        )

    def _moment(self, at: datetime | None) -> datetime:
        """Both systems keep times by the second."""
        return (at or self._clock.now()).replace(microsecond=0)

    def next_version(self) -> int:
        """The next number of the counter."""
        self.connection.execute("update counter set value = value + 1 where name = 'version'")
        return self.last_version()

    def last_version(self) -> int:
        """The number of the last write."""
        return int(self.connection.execute("select value from counter where name = 'version'").fetchone()[0])

    def changes_since(self, system: str, entity_set: str, version: int) -> list[Change]:
        """What was written after `version`: rows as they are now in order of version, then deletions in theirs."""
        where = "where system = ? and entity_set = ? and version > ? order by version"
        bounds = (system, entity_set, version)
        found = self.connection.execute(f"select {COLUMNS} from rows {where}", bounds)  # noqa: S608 constants only
        rows = [row_of(record) for record in found]
        gone = self.connection.execute(f"select key, version from deletions {where}", bounds)  # noqa: S608 constants only
        return [Change(row.key, row.version, row) for row in rows] + [Change(key, at, None) for key, at in gone]


class Store:
    """The SQLite file at `path`. Each thread has its own connection; writers take turns."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self.clock = clock or Clock()
        self._writers = RLock()
        self._thread = local()
        self._connections: list[sqlite3.Connection] = []
        self._connection().executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write; committed at the end, rolled back on any exception.

        Within another transaction of the same thread it is a savepoint of it.
        """
        connection = self._connection()
        with self._writers:
            if connection.in_transaction:
                with _savepoint(connection):
                    yield Transaction(connection, self.clock)
                return
            with _begin(connection, "begin immediate"):
                yield Transaction(connection, self.clock)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read one snapshot, beside writers; within a transaction of the same thread, that one."""
        connection = self._connection()
        if connection.in_transaction:
            yield Transaction(connection, self.clock)
            return
        with _begin(connection, "begin deferred"):
            yield Transaction(connection, self.clock)

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._writers:
            while self._connections:
                self._connections.pop().close()
            self._thread = local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._thread, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.create_function("folded", 1, folded, deterministic=True)
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            self._thread.connection = connection
            self._connections.append(connection)
        return connection


@contextmanager
def _begin(connection: sqlite3.Connection, statement: str) -> Iterator[None]:
    connection.execute(statement)
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("savepoint inner_transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback to inner_transaction")
        connection.execute("release inner_transaction")
        raise
    connection.execute("release inner_transaction")
