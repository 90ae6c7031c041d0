from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.flow import Block, Flow, LengthPolicy
from p2c.flows.accounts import ACCOUNTS


def without(*targets: str) -> Flow:
    kept = tuple(pair for pair in ACCOUNTS.cds_to_destination if pair.target not in targets)
    blocks = tuple(block for block in ACCOUNTS.blocks if not set(block.fields) & set(targets))
    return replace(ACCOUNTS, cds_to_destination=kept, blocks=blocks)


def with_destination(**changes: object) -> Flow:
    return replace(ACCOUNTS, destination=replace(ACCOUNTS.destination, **changes))


def test_a_required_field_that_nothing_fills_is_reported(errors, site) -> None:
    flow = without("CustomerGroupId")
    settings = site(organization={"defaults": {}})
    assert "accounts.cds_to_destination: CustomersV3 requires CustomerGroupId, which no pair fills." in errors(
        flow, settings
    )


def test_fields_of_which_one_is_required_are_reported_when_none_is_filled(errors) -> None:
    (found,) = errors(without("OrganizationName"))
    assert "CustomersV3 requires OrganizationName or PersonLastName; no pair fills any of them." in found


def test_a_required_field_that_a_site_switches_off_is_reported(errors, site) -> None:
    settings = site(flows={"accounts": {"fields": {"SalesCurrencyCode": {"enabled": False}}}})
    assert any("requires SalesCurrencyCode, which no pair fills" in error for error in errors(settings=settings))


def test_a_key_that_does_not_reach_the_destination_is_reported(errors) -> None:
    found = errors(without("CustomerAccount"))
    assert "accounts.cds_to_destination: No pair takes the key AccountId to CustomerAccount." in found


def test_a_key_that_does_not_reach_the_cds_is_reported(errors) -> None:
    pairs = tuple(replace(p, source="name") if p.target == "AccountId" else p for p in ACCOUNTS.source_to_cds)
    assert errors(replace(ACCOUNTS, source_to_cds=pairs)) == [
        "accounts.source_to_cds: No pair takes the key accountnumber to AccountId."
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entity_set": "Customers"}, "accounts.destination.entity_set: F&O: Unknown entity set 'Customers'; did you"),
        ({"key": "PartyNumber"}, "PartyNumber + dataAreaId is no key of CustomersV3; its key is dataAreaId + Custom"),
        ({"company": "dataArea"}, "F&O: Unknown field of CustomersV3 'dataArea'; did you mean 'dataAreaId'"),
        ({"maintained": ("IsMaintained", "Yes")}, "F&O: Unknown field of CustomersV3 'IsMaintained'; did you mean"),
        (
            {"maintained": ("IsExternallyMaintained", "True")},
            "Unknown value of IsExternallyMaintained 'True'; known: No, Yes.",
        ),
        ({"maintained": ("IsOneTimeCustomer", "Yes")}, "No pair sets IsOneTimeCustomer to 'Yes'"),
    ],
)
def test_a_wrong_part_of_the_destination_is_reported(errors, changes: dict[str, object], message: str) -> None:
    found = errors(with_destination(**changes))
    assert any(message in error for error in found), found


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"OnHoldStatus": "Everything"}, "accounts.left_actions.hold: Unknown value of OnHoldStatus 'Everything'; "),
        ({"OnHold": "All"}, "accounts.left_actions.hold: F&O: Unknown field of CustomersV3 'OnHold'; did you mean"),
    ],
)
def test_a_wrong_action_on_rows_that_left_is_reported(errors, action: dict[str, str], message: str) -> None:
    found = errors(replace(ACCOUNTS, left_actions={"hold": action}))
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_key_that_is_cut_to_length_is_reported(errors, site) -> None:
    settings = site(flows={"accounts": {"fields": {"CustomerAccount": {"length": LengthPolicy.TRUNCATE}}}})
    assert errors(settings=settings) == [
        "accounts.cds_to_destination: AccountId > CustomerAccount: A key is never cut to length; state length reject."
    ]


def test_a_block_of_a_field_that_no_pair_fills_is_reported(errors) -> None:
    block = Block("visiting address", content=("AddressStreets",))
    found = errors(replace(ACCOUNTS, blocks=(block,)))
    assert len(found) == 1
    assert found[0].startswith(
        "accounts.blocks.visiting address: Unknown destination field 'AddressStreets'; did you mean 'AddressStreet'"
    )


def test_a_block_whose_content_alone_is_switched_off_is_reported(errors, site) -> None:
    content = ("AddressStreet", "AddressCity", "AddressState", "AddressCounty", "AddressZipCode")
    settings = site(flows={"accounts": {"fields": {name: {"enabled": False} for name in content}}})
    found = errors(settings=settings)
    assert len(found) == 1
    assert found[0].startswith(
        "accounts.blocks.primary address: All content of the block is switched off; switch off AddressCountryRegionISOC"
    )


def test_a_system_without_companies_has_a_key_without_one(errors) -> None:
    flow = with_destination(system="sales", entity_set="accounts", key="accountid", company="")
    assert not any("is no key of" in error for error in errors(flow))
