from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Engine, text

from p2c.database.engine import open_engine, writing
from p2c.database.failures import explained
from p2c.errors import ConfigurationError, SchemaOutdatedError, SignInError, TransientError


def test_a_table_that_is_missing_names_the_command(empty_engine: Engine) -> None:
    with pytest.raises(SchemaOutdatedError, match="run `p2c init`"), empty_engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM ledger_runs"))


def test_a_column_that_is_missing_names_the_command(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        connection.execute(text("CREATE TABLE ledger_runs (id INTEGER)"))

    with pytest.raises(SchemaOutdatedError, match="run `p2c init`"), empty_engine.connect() as connection:
        connection.execute(text("SELECT staged_set FROM ledger_runs"))


def test_a_file_that_another_process_keeps_locked_may_be_free_later(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'cds.sqlite'}")
    with writing(engine), engine.connect() as impatient:
        impatient.exec_driver_sql("PRAGMA busy_timeout = 0")
        with pytest.raises(TransientError, match="locked too long"):
            impatient.exec_driver_sql("CREATE TABLE t (n INTEGER)")


def test_a_full_disk_is_a_thing_to_mend(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'cds.sqlite'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        connection.exec_driver_sql("CREATE TABLE t (n TEXT)")
        with pytest.raises(ConfigurationError, match="disk is full"):
            connection.exec_driver_sql(f"INSERT INTO t VALUES ('{'x' * 100_000}')")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.InvalidPassword("password"), SignInError),
        (psycopg.OperationalError("FATAL:  password authentication failed for user"), SignInError),
        (psycopg.OperationalError("failed to resolve host 'nowhere'"), ConfigurationError),
        (psycopg.OperationalError("connection refused"), TransientError),
        (errors.InsufficientPrivilege("permission denied for table"), ConfigurationError),
        (errors.DiskFull("no space left"), ConfigurationError),
        (errors.UndefinedTable("relation does not exist"), SchemaOutdatedError),
        (errors.DeadlockDetected("deadlock"), TransientError),
        (errors.SerializationFailure("serialize"), TransientError),
        (errors.AdminShutdown("shutting down"), TransientError),
        (errors.TooManyConnections("too many"), TransientError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_errors_of_postgresql_are_arranged_by_what_to_do_next(error: Exception, expected: type[Exception]) -> None:
    assert type(explained(error)) is expected


@pytest.mark.parametrize("error", [errors.UniqueViolation("defect"), sqlite3.IntegrityError("defect"), KeyError("x")])
def test_a_defect_of_ours_stays_as_it_is(error: Exception) -> None:
    assert explained(error) is None
