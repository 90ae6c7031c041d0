from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.addresses import Block, check_addresses, complete_country
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.store import Store, key_text

ROWS = [
    ("AddressCountryRegions", ["USA"], {"CountryRegion": "USA", "ISOcode": "US"}),
    ("AddressCountryRegions", ["DEU"], {"CountryRegion": "DEU", "ISOcode": "DE"}),
    ("AddressStates", ["USA", "WA"], {}),
    ("AddressStates", ["USA", "CO"], {}),
    ("AddressCounties", ["USA", "WA", "KING"], {}),
]


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        for entity_set, key, values in ROWS:
            transaction.insert(SYSTEM, entity_set, key_text(key), values)
        yield Context(transaction, "usmf")
    store.close()


def complaints(context: Context, **values: str) -> list[str]:
    return [finding.text for finding in check_addresses(context, values)]


@pytest.mark.parametrize(
    "given",
    [
        {"AddressCountryRegionISOCode": "us"},
        {"AddressCountryRegionId": "usa"},
        {"AddressCountryRegionId": "USA", "AddressCountryRegionISOCode": "US"},
    ],
)
def test_one_code_of_a_country_fills_the_other(context: Context, given: dict[str, Any]) -> None:
    assert complete_country(context, given, {}) == []
    assert given == {"AddressCountryRegionId": "USA", "AddressCountryRegionISOCode": "US"}


def test_a_cleared_code_clears_the_other(context: Context) -> None:
    values = {"AddressCountryRegionISOCode": ""}
    assert complete_country(context, values, {}) == []
    assert values == {"AddressCountryRegionId": "", "AddressCountryRegionISOCode": ""}


def test_two_codes_of_different_countries_contradict(context: Context) -> None:
    values = {"AddressCountryRegionId": "USA", "AddressCountryRegionISOCode": "DE"}
    (finding,) = complete_country(context, values, {})
    assert finding.text == "The ISO code 'DE' is that of country/region 'DEU', not of 'USA'."


@pytest.mark.parametrize("field", ["InvoiceAddressCountryRegionId", "DeliveryAddressCountryRegionISOCode"])
def test_an_unknown_country_is_not_found(context: Context, field: str) -> None:
    (finding,) = complete_country(context, {field: "XX"}, {})
    assert finding.field == field
    assert "'XX'" in finding.text


def test_a_state_belongs_to_its_country(context: Context) -> None:
    assert complaints(context, AddressCountryRegionId="USA", AddressState="WA") == []
    assert complaints(context, AddressCountryRegionId="DEU", AddressState="WA") == [
        "The value 'WA' in field 'State' is not found in the related table 'State/province'."
    ]


def test_a_state_that_is_wrong_for_its_city_is_not_noticed(context: Context) -> None:
    assert complaints(context, AddressCountryRegionId="USA", AddressState="CO", AddressCity="Phoenix") == []


def test_a_county_belongs_to_its_state(context: Context) -> None:
    assert complaints(context, AddressCountryRegionId="USA", AddressState="WA", AddressCounty="KING") == []
    assert "'County'" in complaints(context, AddressCountryRegionId="USA", AddressState="CO", AddressCounty="KING")[0]


def test_a_description_needs_a_country(context: Context) -> None:
    assert complaints(context, InvoiceAddressDescription="Invoice") == ["Field 'Country/region' must be filled in."]


def test_other_entities_name_the_fields_of_a_block_otherwise(context: Context) -> None:
    blocks = [Block("PrimaryAddress", "Id")]
    values = {"PrimaryAddressCountryRegionISOCode": "US", "PrimaryAddressStateId": "BY", "AddressState": "none"}
    assert complete_country(context, values, {}, blocks) == []
    assert [finding.field for finding in check_addresses(context, values, blocks)] == ["PrimaryAddressStateId"]
