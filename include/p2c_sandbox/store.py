"""State of the sandbox: one SQLite file that holds the rows of every entity set of both systems as JSON documents.

A row is known by its key, the canonical text of its key values. Each write takes the next number of one counter that
only rises: Dataverse's `versionnumber`, F&O's `recVersion`, and the order of change tracking.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import RLock, local
from typing import Any, Literal

import msgspec

from p2c_sandbox.clock import Clock, timestamp

BUSY_TIMEOUT_SECONDS = 30
Order = Literal["inserted", "key", "modified"]

_SCHEMA = """
create table if not exists rows (
    sequence integer primary key autoincrement,
    system text not null, entity_set text not null, key text not null,
    version integer not null, created text not null, modified text not null, document blob not null
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
_COLUMNS = "key, document, version, created, modified"
_ORDERS: Mapping[Order, tuple[str, ...]] = {
    "inserted": ("sequence",),
    "key": ("key",),
    "modified": ("modified", "key"),
}
_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class KeyExists(Exception):
    """A row of this key is there already."""


class RowMissing(Exception):
    """No row of this key."""


@dataclass
class Row:
    """One stored row; `values` is what the wire shows, Decimal for every number with a fraction."""

    key: str
    values: dict[str, Any]
    version: int
    created: datetime
    modified: datetime


@dataclass(frozen=True)
class Change:
    """A row as it is now (`row`), or the key of a row that is gone (`row` is None)."""

    key: str
    version: int
    row: Row | None


@dataclass(frozen=True)
class Page:
    """Part of a listing the database can find by index: its order, the place it starts after, its bounds.

    `after` holds the order's columns of the last row seen: (key,) or (modified, key). `modified_from` is inclusive,
    `modified_before` exclusive; both aware.
    """

    order: Order = "inserted"
    after: tuple[str, ...] = ()
    modified_from: datetime | None = None
    modified_before: datetime | None = None


def key_text(values: Iterable[Any]) -> str:
    """Canonical text of key values: without case, as both systems compare keys."""
    return "\x1f".join(str(value).casefold() for value in values)


class Transaction:
    """Reads and writes inside one database transaction; `connection` lets the journal write in the same one."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self.connection = connection
        self._clock = clock

    def get(self, system: str, entity_set: str, key: str) -> Row | None:
        """The row of this key, or None."""
        found = self.connection.execute(
            f"select {_COLUMNS} from rows where system = ? and entity_set = ? and key = ?",  # noqa: S608 constants only
            (system, entity_set, key),
        ).fetchone()
        return _row(found) if found else None

    def find(
        self,
        system: str,
        entity_set: str,
        predicate: Callable[[Row], bool] | None = None,
        page: Page = Page(),
    ) -> Iterator[Row]:
        """Live rows of an entity set that `predicate` accepts, in the order of `page` (as inserted, by default)."""
        conditions, values = _bounds(page)
        where = " and ".join(["system = ?", "entity_set = ?", *conditions])
        order = ", ".join(_ORDERS[page.order])
        query = f"select {_COLUMNS} from rows where {where} order by {order}"  # noqa: S608 constants only
        for found in self.connection.execute(query, (system, entity_set, *values)):
            row = _row(found)
            if predicate is None or predicate(row):
                yield row

    def count(self, system: str, entity_set: str) -> int:
        """Number of live rows of an entity set."""
        query = "select count(*) from rows where system = ? and entity_set = ?"
        return int(self.connection.execute(query, (system, entity_set)).fetchone()[0])

    def insert(
        self, system: str, entity_set: str, key: str, values: Mapping[str, Any], *, at: datetime | None = None
    ) -> Row:
        """Add a row, created and modified `at` (by default now). KeyExists if the key is taken."""
        moment = at or self._clock.now()
        row = Row(key, dict(values), self.next_version(), moment, moment)
        try:
            self.connection.execute(
                "insert into rows (system, entity_set, key, version, created, modified, document)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (system, entity_set, key, row.version, timestamp(moment), timestamp(moment), _encode(row.values)),
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
        moment = at or self._clock.now()
        changed = Row(key, {**row.values, **changes}, self.next_version(), row.created, moment)
        self.connection.execute(
            "update rows set version = ?, modified = ?, document = ? where system = ? and entity_set = ? and key = ?",
            (changed.version, timestamp(moment), _encode(changed.values), system, entity_set, key),
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
        found = self.connection.execute(f"select {_COLUMNS} from rows {where}", bounds)  # noqa: S608 constants only
        rows = [_row(record) for record in found]
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


def _bounds(page: Page) -> tuple[list[str], list[str]]:
    conditions, values = [], list(page.after)
    if page.after:
        columns = ", ".join(_ORDERS[page.order])
        conditions.append(f"({columns}) > ({', '.join('?' for _ in page.after)})")
    if page.modified_from:
        conditions.append("modified >= ?")
        values.append(timestamp(page.modified_from))
    if page.modified_before:
        conditions.append("modified < ?")
        values.append(timestamp(page.modified_before))
    return conditions, values


def _row(found: tuple[str, bytes, int, str, str]) -> Row:
    key, document, version, created, modified = found
    return Row(key, _decode(document), version, datetime.fromisoformat(created), datetime.fromisoformat(modified))
