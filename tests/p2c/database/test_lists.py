from __future__ import annotations

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, Text, insert, select

from p2c.database.lists import among
from p2c.database.types import PlainText, storable

TABLE = Table("samples", MetaData(), Column("key", Text, primary_key=True))
AWKWARD = Table("awkward", MetaData(), Column("key", PlainText, primary_key=True))


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


@pytest.mark.parametrize("key", ["a\x00b", "half \ud83d", "\x01", 'quoted "', "back\\slash", "\u2028", "😀", "\\u0000"])
def test_an_awkward_value_is_found_as_it_was_stored(empty_engine: Engine, key: str) -> None:
    AWKWARD.create(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(insert(AWKWARD), [{"key": key}, {"key": "another"}])
        (condition,) = among(connection, AWKWARD.c.key, ["absent", key])
        assert connection.execute(select(AWKWARD).where(condition)).scalars().all() == [storable(key)]
