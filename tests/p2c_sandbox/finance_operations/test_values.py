from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import p2c_metadata
from p2c_sandbox.finance_operations.errors import FinanceOperationsError
from p2c_sandbox.finance_operations.values import ValueTooLong, body_values, completed, empty_value, stored_value

MODEL = p2c_metadata.load("finance_operations")
CUSTOMERS = MODEL.entity_set("CustomersV3")
LINES = MODEL.entity_set("CDSSalesQuotationHeaders")


def stored(name: str, value: Any) -> Any:
    return stored_value(CUSTOMERS.properties[name], value)


@pytest.mark.parametrize(
    ("name", "empty"),
    [("OrganizationName", ""), ("CreditLimit", 0), ("OnHoldStatus", "No"), ("OrganizationNumberOfEmployees", 0)],
)
def test_an_empty_field_is_no_null(name: str, empty: Any) -> None:
    assert empty_value(CUSTOMERS.properties[name]) == empty


def test_an_empty_date_is_noon_of_1900() -> None:
    assert empty_value(LINES.properties["RequestedShippingDate"]) == "1900-01-01T12:00:00Z"


def test_a_completed_row_has_every_property() -> None:
    assert set(completed(CUSTOMERS, {"CustomerAccount": "a"})) == set(CUSTOMERS.properties)


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("OrganizationName", "Forest  ", "Forest"),
        ("SalesMemo", "one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("CreditLimit", Decimal("10.50"), Decimal("10.5")),
        ("CreditLimit", 500_000, Decimal(500_000)),
        ("CreditLimit", Decimal("0.1234567"), Decimal("0.123457")),
        ("OnHoldStatus", "All", "All"),
        ("OrganizationNumberOfEmployees", 7, 7),
    ],
)
def test_a_value_is_kept_as_the_system_stores_it(name: str, sent: Any, kept: Any) -> None:
    assert stored(name, sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-03-05", "2026-03-05T12:00:00Z"),
        ("2026-03-05T00:00:00Z", "2026-03-05T12:00:00Z"),
        ("2026-03-05T23:30:00-05:00", "2026-03-06T12:00:00Z"),
    ],
)
def test_a_date_is_kept_as_its_noon(sent: str, kept: str) -> None:
    assert stored_value(LINES.properties["RequestedShippingDate"], sent) == kept


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("OrganizationName", 1),
        ("OrganizationName", "a\0b"),
        ("OrganizationName", "\ud800"),
        ("CreditLimit", "10"),
        ("CreditLimit", True),
        ("CreditLimit", None),
        ("CreditLimit", Decimal("1e300")),
        ("OnHoldStatus", 2),
        ("OnHoldStatus", "all"),
        ("OrganizationNumberOfEmployees", 2**31),
        ("OrganizationNumberOfEmployees", Decimal("1.5")),
    ],
)
def test_a_value_of_another_type_is_a_400_naming_the_field(name: str, sent: Any) -> None:
    with pytest.raises(FinanceOperationsError, match=f"of '{name}'"):
        stored(name, sent)


@pytest.mark.parametrize("sent", ["yesterday", "2026-02-30", "1899-12-31", "2155-01-01", 5])
def test_a_date_that_the_system_does_not_know_is_refused(sent: Any) -> None:
    with pytest.raises(FinanceOperationsError, match="of 'RequestedShippingDate'"):
        stored_value(LINES.properties["RequestedShippingDate"], sent)


def test_a_string_over_its_length_names_the_limit() -> None:
    with pytest.raises(ValueTooLong, match="'OrganizationName' has 101 characters; at most 100 fit"):
        stored("OrganizationName", "x" * 101)


def test_a_null_string_is_left_out() -> None:
    assert body_values(CUSTOMERS, {"OrganizationName": None, "SalesMemo": ""}) == {"SalesMemo": ""}


def test_annotations_are_left_out() -> None:
    content = {"@odata.type": "#x", "OnHoldStatus@odata.type": "#y", "OnHoldStatus": "No"}
    assert body_values(CUSTOMERS, content) == {"OnHoldStatus": "No"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ([], "must be a JSON object"),
        ({"Organizationname": "x"}, "The property 'Organizationname' does not exist on type"),
        ({"Group@odata.bind": "x"}, "links are not supported"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(content: Any, complaint: str) -> None:
    with pytest.raises(FinanceOperationsError, match=complaint):
        body_values(CUSTOMERS, content)
