"""Connections: transactions, limits on waiting, and errors that say what to mend."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Engine, create_engine, event, func, make_url, select

from p2c.database.failures import explained
from p2c.errors import ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

#: Longest wait for another writer of a SQLite file, and for a PostgreSQL server to answer.
WAIT_SECONDS = 30
POSTGRESQL = "postgresql+psycopg"


def open_engine(address: str | URL) -> Engine:
    """Return an engine for the database at ``address``; raises ConfigurationError for another kind of database."""
    url = make_url(address)
    match url.get_backend_name():
        case "sqlite":
            engine = _sqlite(url)
        case "postgresql" | "postgres":
            engine = _engine(url.set(drivername=POSTGRESQL), {"connect_timeout": WAIT_SECONDS}, pool_pre_ping=True)
        case other:
            raise ConfigurationError(f"common_data_service: {other!r} is not supported; use SQLite or PostgreSQL.")
    event.listen(engine, "handle_error", _mended, retval=True)
    return engine


class writing:
    """One short write transaction; on SQLite it waits for its turn at the start, never in the middle.

    No generator: SIGTERM ends a step by an exception at any instruction, and one that comes just before the body would
    leave a generator suspended, and with it the lock that the step's end waits for.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        try:
            self._connection.begin()
            return self._connection
        except BaseException:
            self._connection.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._connection.commit()
        finally:
            self._connection.close()  # what is not committed is rolled back


def database_time(connection: Connection) -> datetime:
    """Now, by the clock that all workers share: PostgreSQL's own, or the machine's for a SQLite file."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def _engine(url: URL, connect_args: dict[str, Any], **options: Any) -> Engine:
    return create_engine(
        url,
        connect_args=connect_args,
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        **options,
    )


def _sqlite(url: URL) -> Engine:
    engine = _engine(url, {"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Readers beside a writer (WAL); transactions are begun by ``_begin_sqlite``, not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a transaction that turns from reading to writing fails without waiting."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _mended(context: ExceptionContext) -> BaseException | None:
    """A pool that finds a connection dead opens another: that is no error yet."""
    return None if context.is_pre_ping else explained(context.original_exception)
