"""What was asked of the sandbox and what it did: the witness that tests compare a run's own account with.

Requests are kept when they are answered; an effect is kept in the transaction that makes it, so one exists without the
other never.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from p2c_sandbox.clock import timestamp
from p2c_sandbox.credential_fields import masked_headers, masked_query
from p2c_sandbox.messages import Request
from p2c_sandbox.store import Store, Transaction

EffectKind = Literal["created", "updated", "deleted", "no_effect"]
MAXIMUM_ROWS = 10_000

_TABLES = (
    """CREATE TABLE IF NOT EXISTS journal_requests (
        id INTEGER NOT NULL, operation INTEGER, time TEXT NOT NULL, system TEXT NOT NULL, method TEXT NOT NULL,
        path TEXT NOT NULL, query TEXT NOT NULL, entity_set TEXT, headers TEXT NOT NULL, status INTEGER,
        milliseconds REAL NOT NULL, client_request_id TEXT, credential_fields TEXT NOT NULL, fault TEXT,
        clock TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS journal_effects (
        id INTEGER PRIMARY KEY AUTOINCREMENT, request_id INTEGER NOT NULL, operation INTEGER, time TEXT NOT NULL,
        system TEXT NOT NULL, entity_set TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
        changes TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS journal_requests_id ON journal_requests (id)",
)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_JSON_COLUMNS = {"headers", "credential_fields", "changes"}


@dataclass(frozen=True)
class RequestEntry:
    """One request, or one operation of a batch under its request's id. `status` is None if no answer was sent."""

    id: int
    system: str
    method: str
    path: str
    query: str
    entity_set: str | None
    headers: Mapping[str, str]
    status: int | None
    milliseconds: float
    operation: int | None = None
    client_request_id: str | None = None
    credential_fields: tuple[str, ...] = ()
    fault: str | None = None


def operation_entry(
    system: str, request: Request, entity_set: str | None, status: int | None, milliseconds: float
) -> RequestEntry:
    """The entry of one operation of a batch, under the id of its request."""
    return RequestEntry(
        id=request.id,
        operation=request.operation,
        system=system,
        method=request.method,
        path=request.path,
        query=request.query,
        entity_set=entity_set,
        headers=request.headers,
        status=status,
        milliseconds=round(milliseconds, 3),
    )


class Journal:
    """Requests and effects in the sandbox's own state file.

    `time` is the machine's; `clock`, of a request, what the sandbox's own clock showed when it was answered.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.transaction() as transaction:
            for statement in _TABLES:
                transaction.connection.execute(statement)
            _add_clock(transaction)
            (last,) = transaction.connection.execute("SELECT COALESCE(MAX(id), 0) FROM journal_requests").fetchone()
        self._ids: Iterator[int] = itertools.count(last + 1)

    def next_request_id(self) -> int:
        """A number no earlier request has, rising in the order in which requests arrive."""
        return next(self._ids)

    def record_request(self, *entries: RequestEntry) -> None:
        """Keep requests or operations; call it outside a transaction that may be rolled back."""
        with self._store.transaction() as transaction:
            for entry in entries:
                columns = {"time": _now(), "clock": timestamp(transaction.now())} | _as_columns(vars(entry))
                columns["headers"] = _encode(masked_headers(entry.headers)).decode()
                columns["query"] = masked_query(entry.query)
                _insert(transaction, "journal_requests", columns)

    def record_effect(
        self,
        transaction: Transaction,
        request_id: int,
        system: str,
        entity_set: str,
        key: str,
        kind: EffectKind,
        changes: Mapping[str, tuple[Any, Any]],
        operation: int | None = None,
    ) -> None:
        """Keep one effect within its own transaction; `changes` holds (old, new) by field."""
        told = {name: {"old": old, "new": new} for name, (old, new) in changes.items()}
        columns = {
            "request_id": request_id,
            "operation": operation,
            "time": _now(),
            "system": system,
            "entity_set": entity_set,
            "key": key,
            "kind": kind,
            "changes": told,
        }
        _insert(transaction, "journal_effects", _as_columns(columns))

    def requests(self, **filters: str | int | None) -> list[dict[str, Any]]:
        """Requests in order, by `since` (an id, exclusive, or a time, inclusive), `system`, `entity_set`, `method`."""
        return self._select("journal_requests", filters)

    def effects(self, **filters: str | int | None) -> list[dict[str, Any]]:
        """Effects in order, by `since` (an id, exclusive, or a time, inclusive), `system`, `entity_set`, `kind`."""
        return self._select("journal_effects", filters)

    def clear(self) -> None:
        with self._store.transaction() as transaction:
            transaction.connection.execute("DELETE FROM journal_requests")
            transaction.connection.execute("DELETE FROM journal_effects")

    def _select(self, table: str, filters: Mapping[str, str | int | None]) -> list[dict[str, Any]]:
        conditions, values = _conditions(filters)
        statement = f"SELECT * FROM {table} WHERE {conditions} ORDER BY id, operation LIMIT {MAXIMUM_ROWS}"  # noqa: S608
        with self._store.transaction() as transaction:
            cursor = transaction.connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [_as_member(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _add_clock(transaction: Transaction) -> None:
    """A state kept from before requests bore the sandbox's own time gets the column."""
    names = {name for _, name, *_ in transaction.connection.execute("PRAGMA table_info(journal_requests)")}
    if "clock" not in names:
        transaction.connection.execute("ALTER TABLE journal_requests ADD COLUMN clock TEXT NOT NULL DEFAULT ''")


def _conditions(filters: Mapping[str, str | int | None]) -> tuple[str, list[str | int]]:
    conditions, values = ["1"], []
    for name, value in filters.items():
        if value is None:
            continue
        comparison = {"since": "id > ?" if isinstance(value, int) else "time >= ?"}.get(name, f"{name} = ?")
        conditions.append(comparison)
        values.append(value)
    return " AND ".join(conditions), values


def _insert(transaction: Transaction, table: str, columns: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 (names are ours)
    transaction.connection.execute(statement, list(columns.values()))


def _as_columns(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _encode(value).decode() if name in _JSON_COLUMNS else value for name, value in members.items()}


def _as_member(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(value) if name in _JSON_COLUMNS else value for name, value in row.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
