from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from p2c.check.values import transforms
from p2c.flow import Constant, Flow, Pair, SiteDefault, ValueMap
from p2c.flows.accounts import ACCOUNTS

PLACE = "site.toml [organizations.usmf.defaults.accounts]"


def with_constant(value: str) -> Flow:
    pair = ACCOUNTS.destination_pair("IsExternallyMaintained")
    return ACCOUNTS.with_pair(replace(pair, transforms=(Constant(value),)))


def test_a_constant_that_is_no_member_of_the_enumeration_is_reported_with_the_members(errors) -> None:
    assert (
        "accounts.cds_to_destination: constant > IsExternallyMaintained: "
        "Unknown value of IsExternallyMaintained 'Yess'; did you mean 'Yes'?"
    ) in errors(with_constant("Yess"))


def test_a_constant_longer_than_its_field_is_reported(errors) -> None:
    pair = replace(ACCOUNTS.destination_pair("AddressDescription"), transforms=(Constant("x" * 61),))
    assert any("AddressDescription holds 60 characters" in error for error in errors(ACCOUNTS.with_pair(pair)))


def test_a_constant_of_the_cds_hop_is_held_against_the_cds(errors) -> None:
    pairs = tuple(
        Pair(None, "Status", (Constant("Active"),)) if pair.target == "Status" else pair
        for pair in ACCOUNTS.source_to_cds
    )
    assert any("Status: 'Active' is not a number" in error for error in errors(replace(ACCOUNTS, source_to_cds=pairs)))


def test_a_required_default_that_an_organization_lacks_is_reported_for_it(
    errors,
    site,
) -> None:
    found = errors(settings=site(organization={"defaults": {"accounts": {"SiteId": "1"}}}))
    assert f"{PLACE}: CustomerGroupId is missing: state the default for it here." in found
    assert not any("SiteId is missing" in error for error in found)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SiteIds", "1", f"{PLACE}: Unknown default 'SiteIds'; did you mean 'SiteId'?"),
        (
            "SalesCurrencyCode",
            "EURO",
            f"{PLACE} SalesCurrencyCode: SalesCurrencyCode holds 3 characters, 'EURO' has 4.",
        ),
        ("OrganizationName", "Contoso", f"{PLACE}: Unknown default 'OrganizationName'; known: Addr"),
    ],
)
def test_a_wrong_default_is_reported_for_its_organization(errors, site, name: str, value: str, message: str) -> None:
    usmf = site().organizations["usmf"].model_dump()
    usmf["defaults"]["accounts"][name] = value
    found = errors(settings=site(organization=usmf))
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_default_that_is_not_required_may_be_missing(errors, site) -> None:
    pair = replace(ACCOUNTS.destination_pair("SiteId"), transforms=(SiteDefault(required=False),))
    usmf = site().organizations["usmf"].model_dump()
    del usmf["defaults"]["accounts"]["SiteId"]
    assert errors(ACCOUNTS.with_pair(pair), site(organization=usmf)) == []


VALUE_MAPS = [
    (
        {},
        "accounts.cds_to_destination: PrimaryAddress_Country > AddressCountryRegionISOCode: Unknown value map",
    ),
    (
        {"country": {"usa": "USA"}},
        "site.toml [value_maps.country]: 'usa': AddressCountryRegionISOCode holds 2 characters, 'USA' has 3.",
    ),
    (
        {"country": {"usa": "US", "USA ": "UM"}},
        "site.toml [value_maps.country]: 'usa' and 'USA ' are the same key; keep one.",
    ),
    (
        {"country": {"usa": {"x": "US"}}},
        "site.toml [value_maps.country]: 'usa' is a table of its own, but AddressCountryRegionISOCode reads this map",
    ),
    (
        {"state": {"texas": "TX"}},
        "site.toml [value_maps.state]: 'texas' has to stand in a table [value_maps.state.<",
    ),
    (
        {"state": {"US": {"texas": "Texas and more"}}},
        "site.toml [value_maps.state.US]: 'texas': AddressState holds 10 characters, 'Texas and more' has 14.",
    ),
]


@pytest.mark.parametrize(("changed", "message"), VALUE_MAPS)
def test_a_wrong_value_map_is_reported_with_its_entry(errors, site, changed: dict[str, Any], message: str) -> None:
    value_maps = {"country": {"usa": "US"}, "state": {"US": {"texas": "TX"}}} | changed if changed else {}
    found = errors(settings=site(value_maps=value_maps))
    assert any(error.startswith(message) for error in found), found


def test_a_value_map_divided_by_a_field_that_is_mapped_later_is_reported(errors) -> None:
    pairs = ACCOUNTS.cds_to_destination
    country = ACCOUNTS.destination_pair("AddressCountryRegionISOCode")
    moved = (*(pair for pair in pairs if pair is not country), country)
    found = errors(replace(ACCOUNTS, cds_to_destination=moved))
    assert len(found) == 1
    assert "It hangs on a field that has to be mapped before it" in found[0]


def test_transforms_are_picked_by_kind() -> None:
    pair = Pair("a", "b", (ValueMap("country"), SiteDefault()))
    assert list(transforms(pair, ValueMap)) == [ValueMap("country")]
    assert list(transforms(pair, Constant)) == []
