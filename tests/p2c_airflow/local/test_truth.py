from __future__ import annotations

from typing import Any

import pytest
from fixtures.steps import site_document

from p2c.site import Site
from p2c_airflow.local.truth import differences, expected

SITE = Site.model_validate(site_document())
ACCOUNT: dict[str, Any] = {"accountnumber": "US-001", "name": "Contoso ", "telephone1": "1", "description": "a\r\nb"}


def wanted(created: bool = False, **changes: Any) -> dict[str, str]:
    return expected(ACCOUNT | changes, SITE.organization("usmf"), SITE, created=created)


def test_text_is_wanted_as_finance_and_operations_stores_it() -> None:
    assert (wanted()["OrganizationName"], wanted()["SalesMemo"]) == ("Contoso", "a\nb")


def test_a_country_alone_wants_no_address() -> None:
    assert not [name for name in wanted(address1_country="USA") if name.startswith("Address")]


def test_an_address_wants_joined_lines_and_codes() -> None:
    fields = wanted(
        address1_line1="Main St", address1_line3="Gate 4", address1_stateorprovince="Texas", address1_country="usa"
    )
    assert (fields["AddressStreet"], fields["AddressState"]) == ("Main St\nGate 4", "TX")
    assert fields["AddressCountryRegionISOCode"] == "US"


@pytest.mark.parametrize(("created", "group"), [(True, "10"), (False, None)])
def test_finance_fields_are_wanted_of_a_created_customer_only(created: bool, group: str | None) -> None:
    assert wanted(created=created).get("CustomerGroupId") == group


def test_a_difference_names_field_and_both_values() -> None:
    [found] = differences("US-001", {"PrimaryContactPhone": "1"}, {"PrimaryContactPhone": "2"})
    assert (found.key, found.field, found.wanted, found.found) == ("US-001", "PrimaryContactPhone", "1", "2")
