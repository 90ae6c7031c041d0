from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from p2c.comparison import differs, is_blank, on_the_wire
from p2c.contract import FieldContract

TEXT = FieldContract("SalesMemo", "text")
AMOUNT = FieldContract("CreditLimit", "decimal", scale=2)
COUNT = FieldContract("OrganizationNumberOfEmployees", "integer")
DAY = FieldContract("RequestedShippingDate", "date")
MOMENT = FieldContract("CreatedDateTime", "datetime")


@pytest.mark.parametrize(
    ("wanted", "stored", "contract"),
    [
        ("two\nlines", "two\r\nlines", TEXT),
        ("trailing", "trailing   ", TEXT),
        (None, "", TEXT),
        (None, None, TEXT),
        (Decimal("1.10"), "1.1000000", AMOUNT),
        (None, "0", AMOUNT),
        (None, "0", COUNT),
        (6000, "6000", COUNT),
        (None, "1900-01-01T12:00:00Z", DAY),
        (date(2026, 3, 5), "2026-03-05T12:00:00Z", DAY),
        (None, "1900-01-01T00:00:00Z", MOMENT),
        (datetime(2026, 3, 5, 8, tzinfo=UTC), "2026-03-05T10:00:00+02:00", MOMENT),
    ],
)
def test_a_value_equals_what_the_destination_stores_for_it(wanted, stored, contract):
    assert not differs(wanted, stored, contract, identifier=False)


def test_text_differs_by_case_but_an_identifier_does_not():
    assert differs("us", "US", TEXT, identifier=False)
    assert not differs("us", "US", TEXT, identifier=True)


def test_an_amount_that_differs_in_its_last_place_differs():
    assert differs(Decimal("0.30"), "0.31", AMOUNT, identifier=False)


def test_a_stored_value_that_cannot_be_read_differs():
    assert differs(1, "many", COUNT, identifier=False)


def test_only_a_null_counts_as_blank():
    assert is_blank("  ", TEXT)
    assert not is_blank("x", TEXT)


@pytest.mark.parametrize(
    ("contract", "sent"),
    [(TEXT, ""), (AMOUNT, 0), (COUNT, 0), (DAY, "1900-01-01T12:00:00Z"), (MOMENT, "1900-01-01T00:00:00Z")],
)
def test_null_is_sent_as_what_finance_and_operations_stores_for_it(contract, sent):
    assert on_the_wire(None, contract) == sent


def test_a_date_is_sent_at_noon_so_that_no_zone_shifts_the_day():
    assert on_the_wire(date(2026, 3, 5), DAY) == "2026-03-05T12:00:00Z"


def test_a_decimal_is_sent_exactly():
    assert on_the_wire(Decimal("0.10"), AMOUNT) == Decimal("0.10")


def test_sales_tells_null_from_zero_and_writes_it() -> None:
    amount, day = replace(AMOUNT, nullable=True), replace(DAY, nullable=True)
    assert differs(None, "0", amount, identifier=False)
    assert differs(Decimal(0), None, amount, identifier=False)
    assert not differs(Decimal("1.10"), "1.1", amount, identifier=False)
    assert on_the_wire(None, amount) is None
    assert on_the_wire(date(2026, 3, 5), day) == "2026-03-05"


def test_sales_has_no_text_that_is_filled_with_nothing() -> None:
    assert not differs(None, "", replace(TEXT, nullable=True), identifier=False)
