"""The demo's F&O rows, and generated products, keep F&O's rules, but for the company that is broken on purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from fixtures.sandbox import Sandbox

from p2c_sandbox.generator.rows import generated_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.rules.quotation_amounts import line_amounts
from p2c_sandbox.rules.quotations import totals
from p2c_sandbox.seeding import DEMO, read_data

Rows = Mapping[str, list[dict[str, Any]]]

ROWS: Rows = read_data(DEMO)["finance_operations"]
CURRENCIES = {"usmf": "USD", "demf": "EUR", "glco": "JPY"}


def generated() -> Rows:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for system, entity_set, row in generated_rows(Size(products=40)):
        if system == "finance_operations":
            rows[entity_set].append(row)
    return rows


@pytest.fixture(params=["demo", "generated"])
def rows(request: pytest.FixtureRequest) -> Rows:
    """Either of them."""
    return ROWS if request.param == "demo" else generated()


def keys(entity_set: str, *names: str, rows: Rows = ROWS) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in names) for row in rows[entity_set]}


def lines(header: dict[str, Any]) -> list[dict[str, Any]]:
    number = (header["dataAreaId"], header["SalesQuotationNumber"])
    found = ROWS["CDSSalesQuotationLines"]
    return [row for row in found if (row["dataAreaId"], row["SalesQuotationNumber"]) == number]


def test_every_sellable_product_is_a_released_item_s(rows: Rows) -> None:
    items = keys("ReleasedProductsV2", "dataAreaId", "ItemNumber", rows=rows)
    distinct = {
        (row["dataAreaId"], row["ProductNumber"]): row["ItemNumber"] for row in rows["CDSReleasedDistinctProducts"]
    }
    sellable = keys("SellableReleasedProducts", "dataAreaId", "ProductNumber", rows=rows)
    assert sellable == set(distinct)
    assert {(company, distinct[company, number]) for company, number in sellable} == items


def test_a_sellable_product_shows_its_item_s_price_in_its_company_s_currency(rows: Rows) -> None:
    items = {(row["dataAreaId"], row["ItemNumber"]): row for row in rows["ReleasedProductsV2"]}
    owners = {
        (row["dataAreaId"], row["ProductNumber"]): row["ItemNumber"] for row in rows["CDSReleasedDistinctProducts"]
    }
    for row in rows["SellableReleasedProducts"]:
        item = items[row["dataAreaId"], owners[row["dataAreaId"], row["ProductNumber"]]]
        assert (row["SalesPrice"], row["SalesUnitSymbol"]) == (item["SalesPrice"], item["SalesUnitSymbol"])
        assert row["CurrencyCode"] == CURRENCIES[row["dataAreaId"]]


def test_every_unit_is_known(rows: Rows) -> None:
    known = {symbol for (symbol,) in keys("UnitsOfMeasure", "UnitSymbol", rows=rows)}
    assert {row["SalesUnitSymbol"] for row in rows["SellableReleasedProducts"]} <= known


def test_there_are_at_least_twenty_items() -> None:
    assert len(keys("ReleasedProductsV2", "ItemNumber")) >= 20


def test_every_contact_person_has_its_customer_and_its_party() -> None:
    customers, parties = keys("CustomersV3", "dataAreaId", "CustomerAccount"), keys("CDSParties", "PartyNumber")
    for row in ROWS["CDSContactPersonsV2"]:
        assert (row["dataAreaId"], row["AssociatedContactNumber"]) in customers
        assert (row["ContactPersonPartyNumber"],) in parties


def test_every_customer_has_its_party() -> None:
    assert keys("CustomersV3", "PartyNumber") <= keys("CDSParties", "PartyNumber")


def test_every_line_has_the_amount_the_system_would_give_it() -> None:
    for row in ROWS["CDSSalesQuotationLines"]:
        for by_total in (True, False):
            assert line_amounts(row, by_total=by_total)["LineAmount"] == Decimal(str(row["LineAmount"]))


def test_every_quotation_has_the_total_of_its_lines() -> None:
    for header in ROWS["CDSSalesQuotationHeaders"]:
        expected = totals(header, lines(header))["QuotationTotalAmount"]
        assert expected == Decimal(str(header["QuotationTotalAmount"]))


@pytest.mark.parametrize("number", ["CustAccount", "DirPartyNumber", "ContactPersonId", "SalesQuotationId"])
def test_every_company_says_how_it_numbers(number: str) -> None:
    found = keys("NumberSequencesV2References", "ScopeValue", "DataTypeName")
    assert {(company, number) for company in CURRENCIES} <= found


def test_the_third_company_takes_no_customer_and_no_number_of_ours(demo_sandbox: Sandbox) -> None:
    customer = {
        "dataAreaId": "glco",
        "CustomerAccount": "US-001",
        "OrganizationName": "Contoso",
        "CustomerGroupId": "10",
    }
    refused = demo_sandbox.finance_operations.post("CustomersV3", json=customer)
    assert "'10' in field 'Customer group' is not found" in refused.text
    group = {"dataAreaId": "glco", "CustomerGroupId": "10"}
    demo_sandbox.put_rows("finance_operations", "CustomerGroups", group)
    created = demo_sandbox.finance_operations.post("CustomersV3", json=customer)
    assert created.json()["CustomerAccount"] == "G-000001"
