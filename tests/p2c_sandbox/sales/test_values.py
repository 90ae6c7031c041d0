from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.errors import SalesError
from p2c_sandbox.sales.values import stored_value

ACCOUNT = MODEL.entity("account")
CONTACT = MODEL.entity("contact")


def stored(name: str, value: Any) -> Any:
    entity = CONTACT if name == "birthdate" else ACCOUNT
    return stored_value(entity, entity.properties[name], value)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("name", "Čili", "Čili"),
        ("name", "", None),
        ("name", None, None),
        ("name", "x" * 160, "x" * 160),
        ("creditlimit", 10, Decimal("10.00")),
        ("creditlimit", Decimal("10.00005"), Decimal("10.0000")),
        ("numberofemployees", 0, 0),
        ("donotemail", False, False),
        ("customertypecode", 3, 3),
        ("lastonholdtime", "2026-03-05T12:00:00+02:00", "2026-03-05T10:00:00Z"),
        ("lastonholdtime", "2026-03-05T12:00:00.1234567Z", "2026-03-05T12:00:00Z"),
        ("birthdate", "2000-02-29", "2000-02-29"),
        ("accountid", "A0000000-0000-0000-0000-00000000000F", "a0000000-0000-0000-0000-00000000000f"),
    ],
)
def test_a_value_is_kept_as_the_column_holds_it(name: str, value: Any, kept: Any) -> None:
    assert stored(name, value) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 5),
        ("name", ["x"]),
        ("creditlimit", "10"),
        ("creditlimit", True),
        ("creditlimit", Decimal("1E+40")),
        ("numberofemployees", Decimal("1.5")),
        ("numberofemployees", 2**31),
        ("numberofemployees", False),
        ("donotemail", 1),
        ("accountid", "x"),
        ("lastonholdtime", "2026-03-05"),
        ("lastonholdtime", "2026-02-30T00:00:00Z"),
        ("birthdate", "2000-02-29T00:00:00Z"),
        ("birthdate", "2001-02-29"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SalesError) as caught:
        stored(name, value)
    assert caught.value.code == "0x80048d19"
    assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "value", "code", "message"),
    [
        ("name", "x" * 161, "0x80044331", "exceeded the maximum allowed length of '160'"),
        ("customertypecode", 99, "0x8004431a", "Accepted Values: 1,2,3"),
        ("numberofemployees", -1, "0x8004431a", "outside the valid range"),
        ("lastonholdtime", "1752-12-31T00:00:00Z", "0x80040239", "less than minimum value"),
        ("birthdate", "1752-12-31", "0x80040239", "less than minimum value"),
    ],
)
def test_a_value_the_column_does_not_take_is_refused_by_code(name: str, value: Any, code: str, message: str) -> None:
    with pytest.raises(SalesError) as caught:
        stored(name, value)
    assert caught.value.code == code
    assert message in caught.value.message


def test_a_time_without_an_offset_is_utc() -> None:
    assert stored("lastonholdtime", "2026-03-05T00:00:00") == "2026-03-05T00:00:00Z"
