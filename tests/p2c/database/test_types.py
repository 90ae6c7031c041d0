from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from p2c.database.types import Document, ExactDecimal, PlainText, UtcTime, storable

TABLE = Table(
    "samples",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime),
    Column("amount", ExactDecimal(38, 4)),
    Column("text", PlainText),
    Column("document", Document),
)


@pytest.fixture
def samples(empty_engine: Engine) -> Engine:
    TABLE.create(empty_engine)
    return empty_engine


def store(engine: Engine, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(insert(TABLE).values(values))


def stored(engine: Engine, column: str) -> list[object]:
    with engine.connect() as connection:
        return list(connection.execute(select(TABLE.c[column]).order_by(TABLE.c[column])).scalars())


def test_times_are_read_back_in_utc_and_sort_by_time(samples: Engine) -> None:
    vilnius = datetime(2026, 3, 5, tzinfo=timezone(timedelta(hours=2)))
    earlier = datetime(2026, 3, 4, 21, 59, 59, 999999, tzinfo=UTC)
    for moment in (vilnius, earlier):
        store(samples, at=moment)

    assert stored(samples, "at") == [earlier, vilnius]
    assert all(isinstance(moment, datetime) and moment.tzinfo is UTC for moment in stored(samples, "at"))


def test_the_first_and_last_times_of_both_systems_are_kept(samples: Engine) -> None:
    limits = [datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    for moment in limits:
        store(samples, at=moment)

    assert stored(samples, "at") == limits


def test_a_time_without_a_zone_is_refused(samples: Engine) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        store(samples, at=datetime(2026, 3, 5))


@pytest.mark.parametrize("amount", ["0.1", "-0.0001", "99999999999999999999999999999999.9999", "1E+3", "0.00"])
def test_amounts_are_exact(samples: Engine, amount: str) -> None:
    store(samples, amount=Decimal(amount))

    assert stored(samples, "amount") == [Decimal(amount)]


def test_a_float_is_no_amount(samples: Engine) -> None:
    with pytest.raises(StatementError, match="amounts are Decimal"):
        store(samples, amount=0.1)


def test_nothing_stays_nothing(samples: Engine) -> None:
    store(samples, at=None, amount=None, text=None, document=None)

    assert [stored(samples, name) for name in ("at", "amount", "text", "document")] == [[None]] * 4


def test_documents_are_read_back_as_they_were(samples: Engine) -> None:
    document = {"rows": 5, "names": ["Größe", "价格"], "none": None, "large": 2**53 + 1}
    store(samples, document=document)

    assert stored(samples, "document") == [document]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Größe\r\n\tline 2", "Größe\r\n\tline 2"),
        ("\U0001f600 whole", "\U0001f600 whole"),
        ("\ufeffmark", "\ufeffmark"),
        ("nul \x00", "nul \ufffd"),
        ("half \ud83d", "half \ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
def test_text_loses_only_what_cannot_be_stored(samples: Engine, text: str, expected: str) -> None:
    store(samples, text=text)

    assert storable(text) == expected
    assert stored(samples, "text") == [expected]
