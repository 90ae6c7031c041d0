from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.steps import Steps

from p2c.flow import Pair
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.products import PRODUCTS
from p2c.ledger import Reason
from p2c.validation.references import ReferenceData
from p2c_metadata import load


@pytest.fixture
def references(steps: Steps) -> ReferenceData:
    return ReferenceData(steps.finance_operations, load("finance_operations"), "usmf")


def pair(target: str) -> Pair:
    return ACCOUNTS.destination_pair(target)


def missing(references: ReferenceData, target: str, **row: str | None) -> Reason | None:
    return references.missing(pair(target), row)


def test_a_value_that_the_destination_holds_is_known(references: ReferenceData) -> None:
    assert missing(references, "CustomerGroupId", CustomerGroupId="10") is None


@pytest.mark.parametrize("language", ["en-us", "EN-US", "en-us "])
def test_a_value_is_known_without_case_and_surrounding_blanks(references: ReferenceData, language: str) -> None:
    assert missing(references, "LanguageId", LanguageId=language) is None


def test_a_customer_group_that_does_not_exist_is_named_with_the_known_ones_and_what_to_do(
    references: ReferenceData,
) -> None:
    reason = missing(references, "CustomerGroupId", CustomerGroupId="99")
    assert reason is not None
    assert (reason.code, reason.value) == ("reference", "99")
    assert reason.text.startswith(
        "CustomerGroupId: '99' is not in CustomerGroups.CustomerGroupId of company usmf; known there: 10"
    )
    assert reason.text.endswith("Create it there, or map the value in site.toml.")


def test_a_value_of_another_company_is_unknown(steps: Steps) -> None:
    steps.sandbox.put_rows(
        "finance_operations",
        "CustomerGroups",
        {"dataAreaId": "demf", "CustomerGroupId": "D1", "Description": "Germany alone"},
    )
    references = ReferenceData(steps.finance_operations, load("finance_operations"), "usmf")
    assert missing(references, "CustomerGroupId", CustomerGroupId="D1") is not None


def test_a_blank_refers_to_nothing(references: ReferenceData) -> None:
    assert missing(references, "CustomerGroupId", CustomerGroupId=None) is None


def test_a_field_without_reference_is_not_looked_up(references: ReferenceData) -> None:
    assert missing(references, "OrganizationName", OrganizationName="Contoso") is None


def test_a_state_is_known_in_its_country_alone(references: ReferenceData) -> None:
    assert missing(references, "AddressState", AddressState="WA", AddressCountryRegionISOCode="US") is None
    reason = missing(references, "AddressState", AddressState="WA", AddressCountryRegionISOCode="DE")
    assert reason is not None
    assert "'WA' is not in AddressStates.State with AddressCountryRegionISOCode 'DE'" in reason.text


def test_an_unmapped_state_is_refused_by_its_name(references: ReferenceData) -> None:
    reason = missing(references, "AddressState", AddressState="Bavaria", AddressCountryRegionISOCode="US")
    assert reason is not None
    assert reason.text.startswith("AddressState: 'Bavaria' is not in AddressStates.State with")


def test_a_state_without_a_country_is_unknown(references: ReferenceData) -> None:
    assert missing(references, "AddressState", AddressState="WA", AddressCountryRegionISOCode=None) is not None


def test_a_warehouse_is_known_at_its_site_alone(references: ReferenceData) -> None:
    assert missing(references, "WarehouseId", WarehouseId="13", SiteId="1") is None
    assert missing(references, "WarehouseId", WarehouseId="13", SiteId="9") is not None


def test_a_column_of_reference_data_is_read_once(steps: Steps, references: ReferenceData) -> None:
    for group in ("10", "20", "99"):
        missing(references, "CustomerGroupId", CustomerGroupId=group)
    assert len(steps.sandbox.requests_seen(entity_set="CustomerGroups")) == 1


def test_reference_data_in_several_pages_is_read_to_its_end(steps: Steps) -> None:
    groups = [
        {"dataAreaId": "usmf", "CustomerGroupId": f"G{number:05}", "Description": "Group"} for number in range(5200)
    ]
    steps.sandbox.put_rows("finance_operations", "CustomerGroups", *groups)
    references = ReferenceData(steps.finance_operations, load("finance_operations"), "usmf")
    assert missing(references, "CustomerGroupId", CustomerGroupId="G05199") is None


def test_a_huge_value_is_named_by_its_start(references: ReferenceData) -> None:
    reason = references.missing(
        replace(pair("CustomerGroupId"), target="CustomerGroupId"), {"CustomerGroupId": "x" * (8 << 20)}
    )
    assert reason is not None
    assert len(reason.text) < 1000


PRICE_LIST = PRODUCTS.destination_pair("pricelevelid.name")


def in_currency(code: str, name: str | None = None) -> dict[str, str | None]:
    return {"pricelevelid.name": name, "transactioncurrencyid.isocurrencycode": code}


@pytest.fixture
def of_sales(steps: Steps) -> ReferenceData:
    return ReferenceData(steps.sales, load("sales"), "")


def test_the_first_valid_row_by_name_is_found(steps: Steps, of_sales: ReferenceData) -> None:
    assert of_sales.first(PRICE_LIST, in_currency("usd")) == "CRM Service USA (sample)"
    steps.sandbox.control("POST", "clock", {"now": "2026-03-06T12:00:00Z"})
    in_march = ReferenceData(steps.sales, load("sales"), "")
    assert in_march.first(PRICE_LIST, in_currency("EUR")) == "CRM Service Europe (sample)"


def test_a_blank_value_is_missing_only_where_none_can_be_chosen(of_sales: ReferenceData) -> None:
    assert of_sales.missing(PRICE_LIST, in_currency("USD")) is None
    assert "pricelevels has no row" in of_sales.missing(PRICE_LIST, in_currency("JPY")).text


def test_a_row_that_is_not_valid_today_is_unknown(of_sales: ReferenceData) -> None:
    reason = of_sales.missing(PRICE_LIST, in_currency("USD", "Clearance 2025 (sample)"))
    assert "among those valid today" in reason.text
    assert "CRM Service USA (sample)" in reason.text


def test_the_id_of_a_row_is_that_of_the_right_combination(steps: Steps, of_sales: ReferenceData) -> None:
    unit = PRODUCTS.destination_pair("defaultuomid.name").reference
    found = {
        group: of_sales.row_id(unit, "box", {"defaultuomscheduleid.name": group})
        for group in ("Default Unit", "Packaging", "no such group")
    }
    boxes = {row["uomid"] for row in steps.sandbox.rows("sales", "uoms") if row["name"] == "Box"}
    assert {found["Default Unit"], found["Packaging"]} == boxes
    assert found["no such group"] is None
