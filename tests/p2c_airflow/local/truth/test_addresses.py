from __future__ import annotations

from typing import Any

from fixtures.steps import site_document

from p2c.site import Site
from p2c_airflow.local.truth.addresses import address
from p2c_airflow.local.truth.wanted import Value

SITE = Site.model_validate(site_document())


def wanted(**columns: Any) -> dict[str, Value]:
    return address(columns, "address1", "Address", "DE", SITE)


def test_a_country_alone_wants_no_address() -> None:
    assert wanted(address1_country="USA") == {}


def test_an_address_wants_joined_lines_and_codes() -> None:
    fields = wanted(
        address1_line1="Main St", address1_line3="Gate 4", address1_stateorprovince="Texas", address1_country="usa"
    )
    assert (fields["AddressStreet"], fields["AddressState"]) == ("Main St\nGate 4", "TX")
    assert fields["AddressCountryRegionISOCode"] == "US"


def test_an_address_without_a_country_wants_the_default() -> None:
    assert wanted(address1_city="Berlin")["AddressCountryRegionISOCode"] == "DE"


def test_parts_are_named_as_the_entity_names_them() -> None:
    row = {"address1_city": "Seattle"}
    assert {"AddressStateId", "AddressCountyId"} <= set(
        address(row, "address1", "Address", "US", SITE, state="StateId", county="CountyId")
    )
