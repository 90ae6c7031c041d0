from __future__ import annotations

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, Text, insert, select

from p2c.database.lists import among

TABLE = Table("samples", MetaData(), Column("key", Text, primary_key=True))


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 40_000])
def test_every_value_is_asked_for_once(empty_engine: Engine, count: int) -> None:
    TABLE.create(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(insert(TABLE), [{"key": str(number)} for number in range(0, 40_000, 2)])
        asked = [str(number) for number in range(count)]

        conditions = among(connection, TABLE.c.key, [*asked, *asked])
        found = [
            key for condition in conditions for key in connection.execute(select(TABLE).where(condition)).scalars()
        ]

    assert sorted(found) == sorted(key for key in asked if int(key) % 2 == 0)
