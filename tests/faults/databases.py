"""Databases for the CDS that are made as copies of a prepared one."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Dialect, Engine, create_engine, make_url, text

from p2c.database.engine import open_engine


class Database(Protocol):
    """One database of a trial."""

    address: str

    def copied(self, folder: Path) -> Database: ...

    def dropped(self) -> None: ...


@dataclass(frozen=True)
class SqliteFile:
    """A file, with no connection open to it while it is copied."""

    path: Path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path}"

    def copied(self, folder: Path) -> Database:
        target = folder / self.path.name
        shutil.copyfile(self.path, target)
        return SqliteFile(target)

    def dropped(self) -> None:
        """The file goes with its folder."""


@dataclass(frozen=True)
class PostgresDatabase:
    """A database of its own on a server that lets us create databases."""

    server: str
    name: str

    @property
    def address(self) -> str:
        return make_url(self.server).set(database=self.name).render_as_string(hide_password=False)

    def copied(self, folder: Path) -> Database:
        name = f"p2c_faults_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        return PostgresDatabase(self.server, name)

    def dropped(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def disconnect_all(self) -> int:
        """End all its connections, as a restart of the server does; returns how many there were."""
        return self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'")

    def _run(self, statement: str) -> int:
        engine = create_engine(make_url(self.server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                return connection.execute(text(statement)).rowcount
        finally:
            engine.dispose()


#: By kind of database, what compiled its statements, and the statements compiled.
_COMPILED: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def opened(database: Database) -> Engine:
    """An engine that knows all statements compiled in this process, and in those it was forked from."""
    engine = open_engine(database.address)
    engine.dialect, compiled = _COMPILED.setdefault(engine.name, (engine.dialect, {}))
    engine.update_execution_options(compiled_cache=compiled)
    return engine


def new_database(kind: str, folder: Path, server: str | None) -> Database:
    """An empty database: `sqlite` in the folder, or `postgresql` on the server."""
    if kind == "sqlite":
        return SqliteFile(folder / "cds.sqlite")
    if server is None:
        raise ValueError("P2C_TEST_POSTGRES is not set: it holds the URL of a PostgreSQL database for tests")
    database = PostgresDatabase(server, f"p2c_faults_{uuid.uuid4().hex}")
    database._run(f"CREATE DATABASE {database.name}")
    return database
