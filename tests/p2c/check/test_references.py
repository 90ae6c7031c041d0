from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.flow import Along, Flow, Reference, Through
from p2c.flows.accounts import ACCOUNTS

STATE = "accounts.cds_to_destination: PrimaryAddress_State > AddressState: "
COUNTRY = Along("AddressCountryRegionISOCode", "CountryRegionId")


def with_reference(reference: Reference) -> Flow:
    return ACCOUNTS.with_pair(replace(ACCOUNTS.destination_pair("AddressState"), reference=reference))


WRONG = [
    (Reference("AddressState", "State", company=False), "F&O: Unknown entity set 'AddressState'; did you mean"),
    (Reference("AddressStates", "StateId", company=False), "F&O: Unknown field of AddressStates 'StateId'; did you"),
    (Reference("AddressStates", "State"), "AddressStates is shared by all companies; state company=False."),
    (
        Reference("CustomerGroups", "CustomerGroupId", company=False),
        "CustomerGroups holds rows per company; state company=True.",
    ),
    (
        Reference("AddressStates", "State", (replace(COUNTRY, field="Country"),), company=False),
        "F&O: Unknown field of AddressStates 'Country'; did you mean 'CountryRegionId'",
    ),
    (
        Reference("AddressStates", "State", (replace(COUNTRY, target="AddressCountry"),), company=False),
        "CountryRegionId: Unknown destination field 'AddressCountry'; did you mean",
    ),
    (
        Reference("AddressStates", "State", (replace(COUNTRY, through=Through("Countries", "a", "b")),), company=False),
        "F&O: Unknown entity set 'Countries'",
    ),
    (
        Reference(
            "AddressStates",
            "State",
            (replace(COUNTRY, through=Through("AddressCountryRegions", "ISOCode", "CountryRegion")),),
            company=False,
        ),
        "F&O: Unknown field of AddressCountryRegions 'ISOCode'; did you mean 'ISOcode'",
    ),
]


@pytest.mark.parametrize(("reference", "message"), WRONG)
def test_a_wrong_part_of_a_reference_is_reported_at_its_pair(errors, reference: Reference, message: str) -> None:
    found = errors(with_reference(reference))
    assert any(error.startswith(STATE + message) for error in found), found


def test_the_references_of_a_pair_that_is_switched_off_are_not_checked(errors) -> None:
    pair = ACCOUNTS.destination_pair("AddressCounty")
    off = replace(pair, reference=Reference("Nowhere", "x"), enabled=False)
    assert errors(ACCOUNTS.with_pair(off)) == []


def test_a_county_without_its_state_is_reported(errors) -> None:
    off = replace(ACCOUNTS.destination_pair("AddressState"), enabled=False)
    assert any(
        "AddressCounty: StateId: Unknown destination field 'AddressState'" in e for e in errors(ACCOUNTS.with_pair(off))
    )
