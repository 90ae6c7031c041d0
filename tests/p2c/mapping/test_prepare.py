from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from p2c.flow import CdsEntity, CdsField, Destination, Pair, ValueMap
from p2c.flows.accounts import ACCOUNTS
from p2c.mapping.prepare import destination_contracts, destination_hop, source_hop
from p2c.site import Site
from p2c.site_settings import Organization
from p2c_metadata import UnknownName

SITE = Site(
    organizations={"usmf": Organization(legal_entity="usmf", defaults={"accounts": {"SiteId": "1"}})},
    value_maps={"country": {"usa": "US"}},
)


def test_the_contracts_of_the_destination_cover_what_is_written_and_what_is_done_to_rows_that_left() -> None:
    contracts = destination_contracts(ACCOUNTS)
    assert contracts["OrganizationName"].length == 100
    assert "All" in contracts["OnHoldStatus"].members


def test_a_field_that_is_switched_off_needs_no_contract() -> None:
    assert "CreditLimit" not in destination_contracts(ACCOUNTS)


def test_a_destination_field_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    wrong = replace(ACCOUNTS, cds_to_destination=(*ACCOUNTS.cds_to_destination, Pair("Name", "OrganisationName")))
    with pytest.raises(UnknownName, match="OrganizationName"):
        destination_contracts(wrong)


def test_a_destination_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    destination = Destination(**{**vars(ACCOUNTS.destination), "entity_set": "CustomersV9"})
    with pytest.raises(UnknownName, match="CustomersV"):
        destination_contracts(replace(ACCOUNTS, destination=destination))


def test_the_hop_to_the_cds_carries_the_contracts_of_its_entity() -> None:
    hop = source_hop(ACCOUNTS, SITE, "usmf")
    assert hop.contracts["AccountId"].length == 20
    assert hop.contracts["CreditLimit"].scale == 4


def test_the_hop_to_the_cds_reads_value_maps_too() -> None:
    pairs = tuple(
        replace(pair, transforms=(ValueMap("country"),)) if pair.target.endswith("_Country") else pair
        for pair in ACCOUNTS.source_to_cds
    )
    hop = source_hop(replace(ACCOUNTS, source_to_cds=pairs), SITE, "usmf")
    assert hop.value_maps == SITE.value_maps


def test_the_hop_to_the_cds_reads_dates_in_the_organizations_time_zone() -> None:
    organization = Organization(legal_entity="usmf", time_zone="Europe/Vilnius")
    site = SITE.model_copy(update={"organizations": {"usmf": organization}})
    assert source_hop(ACCOUNTS, site, "usmf").time_zone == ZoneInfo("Europe/Vilnius")


def test_a_time_of_finance_and_operations_that_dates_fill_holds_dates() -> None:
    quotation = CdsEntity("Quotation", "QuotationId", (CdsField("QuotationId"), CdsField("Wanted", "date")))
    destination = replace(ACCOUNTS.destination, entity_set="CDSSalesQuotationHeaders", key="SalesQuotationNumber")
    pairs = (Pair("Wanted", "RequestedShippingDate"), Pair("QuotationId", "ReceiptDateRequested"))
    flow = replace(
        ACCOUNTS, cds=quotation, destination=destination, cds_to_destination=pairs, blocks=(), left_actions={}
    )
    contracts = destination_contracts(flow)
    assert [contracts[pair.target].kind for pair in pairs] == ["date", "datetime"]


def test_a_field_with_another_name_in_an_environment_keeps_its_contract() -> None:
    there = replace(ACCOUNTS.destination_pair("OrganizationName"), target="NewName")
    pairs = tuple(there if pair.target == "OrganizationName" else pair for pair in ACCOUNTS.cds_to_destination)
    flow = replace(ACCOUNTS, cds_to_destination=pairs, other_names={"NewName": "OrganizationName"})
    found = destination_hop(flow, SITE, "usmf").contracts["NewName"]
    assert (found.name, found.length) == ("NewName", 100)


def test_the_hop_to_the_destination_carries_the_organizations_defaults_and_says_where_they_stand() -> None:
    hop = destination_hop(ACCOUNTS, SITE, "usmf")
    assert hop.defaults == {"SiteId": "1"}
    assert hop.defaults_place == "site.toml [organizations.usmf.defaults.accounts]"


def test_the_hop_to_the_destination_names_the_source_fields_its_values_stem_from() -> None:
    hop = destination_hop(ACCOUNTS, SITE, "usmf")
    street = next(pair for pair in hop.pairs if pair.target == "AddressStreet")
    constant = next(pair for pair in hop.pairs if pair.target == "PartyType")
    assert hop.origin(street) == "address1_line1, address1_line2, address1_line3"
    assert hop.origin(constant) == "PartyType"


def test_neither_a_key_nor_a_reference_may_be_cut_to_length() -> None:
    hop = destination_hop(ACCOUNTS, SITE, "usmf")
    assert "OrganizationName" in hop.truncatable
    assert hop.truncatable.isdisjoint({"CustomerAccount", "AddressState", "CustomerGroupId"})


def test_both_address_blocks_are_whole() -> None:
    assert [block.name for block in destination_hop(ACCOUNTS, SITE, "usmf").blocks] == [
        "primary address",
        "invoice address",
    ]
