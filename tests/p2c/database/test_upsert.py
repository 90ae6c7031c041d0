from __future__ import annotations

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, select

from p2c.database.engine import writing
from p2c.database.upsert import insert_into, upsert

TABLE = Table(
    "samples", MetaData(), Column("key", Text, primary_key=True), Column("version", Integer), Column("name", Text)
)
Row = tuple[str, int, str]


@pytest.fixture
def samples(empty_engine: Engine) -> Engine:
    TABLE.create(empty_engine)
    return empty_engine


def write(engine: Engine, *rows: Row) -> None:
    values = [dict(zip(("key", "version", "name"), row, strict=True)) for row in rows]
    with writing(engine) as connection:
        upsert(connection, TABLE, values, unless=lambda new: TABLE.c.version > new.version)


def stored(engine: Engine) -> list[Row]:
    with engine.connect() as connection:
        return [(row.key, row.version, row.name) for row in connection.execute(select(TABLE).order_by(TABLE.c.key))]


def test_new_rows_are_inserted_and_known_ones_updated(samples: Engine) -> None:
    write(samples, ("a", 1, "old"))
    write(samples, ("b", 1, "new"), ("a", 2, "new"))

    assert stored(samples) == [("a", 2, "new"), ("b", 1, "new")]


def test_a_row_stays_where_the_condition_holds(samples: Engine) -> None:
    write(samples, ("a", 2, "new"))
    write(samples, ("a", 1, "old"))

    assert stored(samples) == [("a", 2, "new")]


def test_without_a_condition_the_last_write_stays(samples: Engine) -> None:
    with writing(samples) as connection:
        for version in (2, 1):
            upsert(connection, TABLE, [{"key": "a", "version": version, "name": ""}])

    assert stored(samples) == [("a", 1, "")]


def test_no_rows_are_no_statement(samples: Engine) -> None:
    write(samples)

    assert stored(samples) == []


def test_an_insert_can_leave_a_conflict_alone(samples: Engine) -> None:
    with writing(samples) as connection:
        for name in ("first", "second"):
            statement = insert_into(connection, TABLE).values(key="a", version=1, name=name)
            connection.execute(statement.on_conflict_do_nothing())

    assert stored(samples) == [("a", 1, "first")]
