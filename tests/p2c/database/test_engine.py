from __future__ import annotations

import dis
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import IntegrityError

from p2c.database.engine import database_time, open_engine, writing
from p2c.errors import ConfigurationError, SignInError, TransientError


def execute(engine: Engine, statement: str) -> object:
    """Run one statement in a write transaction; returns the first value of a query."""
    with writing(engine) as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def test_another_kind_of_database_is_refused_naming_those_that_work() -> None:
    with pytest.raises(ConfigurationError, match="'mysql' is not supported; use SQLite or PostgreSQL"):
        open_engine("mysql://localhost/cds")


def test_an_address_without_a_driver_means_psycopg() -> None:
    assert open_engine("postgresql://localhost/cds").driver == "psycopg"


def test_a_failed_transaction_leaves_nothing(empty_engine: Engine) -> None:
    execute(empty_engine, "CREATE TABLE t (n INTEGER PRIMARY KEY)")
    with pytest.raises(IntegrityError), writing(empty_engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1), (2), (1)"))

    assert execute(empty_engine, "SELECT count(*) FROM t") == 0


def test_writers_that_read_before_they_write_wait_for_each_other(empty_engine: Engine) -> None:
    execute(empty_engine, "CREATE TABLE t (n INTEGER)")
    execute(empty_engine, "INSERT INTO t VALUES (0)")
    lock = "" if empty_engine.dialect.name == "sqlite" else " FOR UPDATE"

    def count(_: int) -> None:
        with writing(empty_engine) as connection:
            number = connection.execute(text(f"SELECT n FROM t{lock}")).scalar_one()
            connection.execute(text("UPDATE t SET n = :n"), {"n": number + 1})

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(count, range(40)))

    assert execute(empty_engine, "SELECT n FROM t") == 40


def test_a_reader_does_not_wait_for_a_writer(empty_engine: Engine) -> None:
    execute(empty_engine, "CREATE TABLE t (n INTEGER)")
    with writing(empty_engine) as connection, empty_engine.connect() as reader:
        connection.execute(text("INSERT INTO t VALUES (1)"))

        assert reader.execute(text("SELECT count(*) FROM t")).scalar_one() == 0


class Stopped(BaseException):
    """As the handler of a signal raises."""


def stopped_after(engine: Engine, number: int) -> Stopped | None:
    """Begin to write, stopped after a call of that number before the body; None where it came to the body.

    Python handles signals where a call has returned, before anything is done with what it returned.
    """
    calls = iter(range(1, number + 1))
    before: dict[FrameType, str] = {}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if Path(frame.f_code.co_filename).name not in ("engine.py", "contextlib.py"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            if before.get(frame, "").startswith("CALL") and next(calls) == number:
                raise Stopped
            before[frame] = dis.opname[frame.f_code.co_code[frame.f_lasti]]
        return trace

    sys.settrace(trace)
    try:
        with writing(engine):
            sys.settrace(None)
            return None
    except Stopped as stopped:
        return stopped
    finally:
        sys.settrace(None)


def test_a_step_that_is_stopped_before_its_first_write_holds_no_lock(tmp_path: Path) -> None:
    file = tmp_path / "cds.sqlite"
    engine = open_engine(f"sqlite:///{file}")
    execute(engine, "CREATE TABLE t (n INTEGER)")
    number = 1
    while stopped := stopped_after(engine, number):
        with closing(sqlite3.connect(file, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        del stopped  # until here it held all that the step had in hand
        number += 1
    assert number > 3
    engine.dispose()


def test_the_time_of_the_database_is_aware_and_now(empty_engine: Engine) -> None:
    with empty_engine.connect() as connection:
        moment = database_time(connection)

    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_errors_show_no_values_of_a_row(empty_engine: Engine) -> None:
    execute(empty_engine, "CREATE TABLE t (n INTEGER PRIMARY KEY, name TEXT)")
    with pytest.raises(Exception, match="parameters hidden") as caught, writing(empty_engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1, :name)"), [{"name": "Nancy"}, {"name": "Nancy"}])

    assert "Nancy" not in str(caught.value)


def test_a_folder_that_does_not_exist_is_named_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SQLite file cannot be used: unable to open database file"):
        execute(open_engine(f"sqlite:///{tmp_path / 'missing' / 'cds.sqlite'}"), "SELECT 1")


def test_a_file_that_is_no_database_is_named_a_setting_to_mend(tmp_path: Path) -> None:
    (tmp_path / "cds.sqlite").write_bytes(b"This is a text file, not a database. " * 100)

    with pytest.raises(ConfigurationError, match="file is not a database"):
        execute(open_engine(f"sqlite:///{tmp_path / 'cds.sqlite'}"), "SELECT 1")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"username": "nobody_of_that_name"}, SignInError),
        ({"database": "no_database_of_that_name"}, ConfigurationError),
        ({"port": 1}, TransientError),
    ],
)
def test_a_connection_that_fails_says_what_to_do(
    postgres_url: str, changes: dict[str, str], error: type[Exception]
) -> None:
    url = make_url(postgres_url).set(password="a secret password", **changes)  # type: ignore[arg-type]

    with pytest.raises(error, match="common_data_service") as caught:
        execute(open_engine(url), "SELECT 1")
    assert "a secret password" not in str(caught.value)


def test_a_connection_that_the_server_closed_is_replaced(postgres_url: str) -> None:
    engine, other = open_engine(postgres_url), open_engine(postgres_url)
    backend = execute(engine, "SELECT pg_backend_pid()")
    execute(other, f"SELECT pg_terminate_backend({backend})")

    assert execute(engine, "SELECT 1") == 1
    engine.dispose()
    other.dispose()
