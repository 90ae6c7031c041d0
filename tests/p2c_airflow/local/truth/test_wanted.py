from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from p2c_airflow.local.truth.wanted import Code, Value, Wanted, differences, holds

WANTED = Wanted("1", "CustomersV3", {"CustomerAccount": "US-001"}, {"Phone": "1"}, {"Group": Code("10")})


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("Contoso", "Contoso "),
        ("a\nb", "a\r\nb"),
        ("", None),
        (None, ""),
        ("wa", Code("WA")),
        (Decimal("1.50"), Decimal("1.5")),
        ("2026-03-05T12:00:00Z", date(2026, 3, 5)),
    ],
)
def test_a_value_holds_as_the_system_stores_it(found: Any, wanted: Value) -> None:
    assert holds(found, wanted)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("contoso", "Contoso"),
        (None, Decimal(0)),
        (Decimal("1.51"), Decimal("1.5")),
        ("2026-03-04T12:00:00Z", date(2026, 3, 5)),
    ],
)
def test_another_value_does_not(found: Any, wanted: Value) -> None:
    assert not holds(found, wanted)


def test_a_difference_names_field_and_both_values() -> None:
    [found] = differences(WANTED, {"Phone": "2"}, created=False)
    assert (found.row, found.field, found.wanted, found.found) == ("US-001", "Phone", "1", "2")


def test_what_is_written_once_is_asked_of_created_rows_only() -> None:
    assert [set(WANTED.asked(created=created)) for created in (False, True)] == [{"Phone"}, {"Phone", "Group"}]
