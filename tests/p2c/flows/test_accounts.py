"""Accounts through both hops, with the settings of the demo."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from p2c.flow import Block, Flow, LengthPolicy, WritePolicy
from p2c.flows.accounts import ACCOUNTS
from p2c.ledger import Reason
from p2c.mapping.hop import MappedPart, block_column
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.site import Site, load_site
from p2c.validation.contracts import violations

SITE = load_site(Path(__file__).parents[3] / "include" / "site.toml")
ACCOUNT = {"accountid": "id-1", "accountnumber": "US-001", "name": "Contoso", "statecode": "0"}
ADDRESS = {
    "address1_line1": "1 Main St",
    "address1_city": "Redmond",
    "address1_stateorprovince": "Washington",
    "address1_postalcode": "98052",
    "address1_country": "USA",
}
PRIMARY, INVOICE = ACCOUNTS.blocks


def mapped(site: Site = SITE, organization: str = "usmf", **fields: str | None) -> tuple[MappedPart, MappedPart]:
    """One account through both hops, as read from Sales."""
    flow = site.applied_to(ACCOUNTS)
    row = ACCOUNT | fields
    frame = pd.DataFrame({name: pd.array([row.get(name)], pd.ArrowDtype(pa.string())) for name in flow.source_fields()})
    cds = source_hop(flow, site, organization).apply(frame)
    return cds, destination_hop(flow, site, organization).apply(cds.frame)


def customer(**fields: str | None) -> dict[str, Any]:
    _, destination = mapped(**fields)
    return {name: None if pd.isna(value) else value for name, value in destination.frame.iloc[0].items()}


def reasons(flow: Flow = ACCOUNTS, **fields: str | None) -> list[Reason]:
    cds, destination = mapped(**fields)
    problems = [finding.reason for finding in (*cds.problems, *destination.problems)]
    problems += [finding.reason for finding in violations(source_hop(flow, SITE, "usmf"), cds.frame, "CDS")]
    to_destination = destination_hop(flow, SITE, "usmf")
    return problems + [finding.reason for finding in violations(to_destination, destination.frame, "F&O")]


def is_sent(block: Block, **fields: str | None) -> bool:
    return bool(customer(**fields)[block_column(block)])


def test_an_account_becomes_a_customer_with_the_defaults_of_its_organization() -> None:
    row = customer()
    assert (row["CustomerAccount"], row["OrganizationName"], row["PartyType"]) == ("US-001", "Contoso", "Organization")
    assert (row["CustomerGroupId"], row["SiteId"], row["WarehouseId"], row["LanguageId"]) == ("10", "1", "13", "en-us")
    assert row["IsExternallyMaintained"] == "Yes"
    assert reasons() == []


def test_another_organization_has_its_own_defaults() -> None:
    _, destination = mapped(organization="demf", **ADDRESS | {"address1_country": None})
    row = destination.frame.iloc[0]
    assert (row["LanguageId"], row["SalesCurrencyCode"], row["AddressCountryRegionISOCode"]) == ("de", "EUR", "DE")


def test_the_currency_of_the_account_stands_above_the_default() -> None:
    assert customer(**{"transactioncurrencyid.isocurrencycode": "CAD"})["SalesCurrencyCode"] == "CAD"
    assert customer()["SalesCurrencyCode"] == "USD"


def test_an_address_is_sent_with_its_country_state_description_and_roles() -> None:
    row = customer(**ADDRESS)
    assert row[block_column(PRIMARY)]
    assert (row["AddressStreet"], row["AddressCity"], row["AddressZipCode"]) == ("1 Main St", "Redmond", "98052")
    assert (row["AddressState"], row["AddressCountryRegionISOCode"]) == ("WA", "US")
    assert (row["AddressDescription"], row["AddressLocationRoles"]) == ("Business", "Business;Delivery")
    assert reasons(**ADDRESS) == []


def test_an_address_with_only_a_country_is_not_sent() -> None:
    row = customer(address1_country="USA", address1_line1="  ")
    assert not row[block_column(PRIMARY)]
    assert {name: row[name] for name in PRIMARY.fields} == dict.fromkeys(PRIMARY.fields)


def test_the_default_country_applies_to_an_address_with_content_alone() -> None:
    assert customer(address1_city="Redmond")["AddressCountryRegionISOCode"] == "US"
    assert customer()["AddressCountryRegionISOCode"] is None


def test_both_addresses_stand_on_their_own() -> None:
    assert is_sent(PRIMARY, **ADDRESS)
    assert not is_sent(INVOICE, **ADDRESS)
    assert is_sent(INVOICE, address2_city="Berlin")


def test_the_three_lines_of_a_street_are_joined_by_line_breaks() -> None:
    row = customer(address1_line1="1 Main St", address1_line2=None, address1_line3="Building 3")
    assert row["AddressStreet"] == "1 Main St\nBuilding 3"


@pytest.mark.parametrize(
    ("text", "code"), [("usa", "US"), (" United States ", "US"), ("us", "US"), ("Columbia", "CO"), ("ja", "JP")]
)
def test_what_sellers_type_as_a_country_becomes_its_iso_code(text: str, code: str) -> None:
    assert customer(**ADDRESS | {"address1_country": text})["AddressCountryRegionISOCode"] == code


def test_an_unmapped_country_is_rejected_naming_value_field_and_map() -> None:
    (reason,) = reasons(**ADDRESS | {"address1_country": "Freedonia"})
    assert reason.text == (
        "AddressCountryRegionISOCode: 'Freedonia' has no entry in [value_maps.country] of site.toml; "
        "add one or mend the value."
    )
    assert (reason.code, reason.field, reason.value) == ("value_map", "address1_country", "Freedonia")


def test_a_state_outside_the_map_is_left_for_fo_to_know() -> None:
    assert customer(**ADDRESS | {"address1_stateorprovince": "BY"})["AddressState"] == "BY"
    assert customer(**ADDRESS | {"address1_country": "Germany"})["AddressState"] == "Washington"


def test_a_name_of_160_characters_is_rejected_naming_the_limit() -> None:
    (reason,) = reasons(name="x" * 160)
    assert reason.text == (
        "OrganizationName: 160 characters, F&O holds 100. "
        'Shorten name, or set length = "truncate" for OrganizationName in site.toml.'
    )
    assert reason.field == "name"


def test_an_account_without_a_name_is_rejected_naming_the_field_to_fill() -> None:
    (reason,) = reasons(name=" ")
    assert reason.text == "Name: CDS requires a value; fill name."


def test_a_state_that_is_too_long_is_no_matter_in_an_address_that_is_not_sent() -> None:
    assert reasons(address1_country="A country of no address at all") == []


def test_an_unmapped_country_without_an_address_is_no_matter() -> None:
    assert reasons(address2_country="Freedonia") == []


def test_a_credit_limit_is_not_sent_unless_a_site_switches_it_on() -> None:
    assert "CreditLimit" not in customer(creditlimit="1000")
    site = SITE.model_validate(
        SITE.model_dump() | {"flows": {"accounts": {"fields": {"CreditLimit": {"enabled": True}}}}}
    )
    _, destination = mapped(site, creditlimit="12345678901.2345")
    assert destination.frame["CreditLimit"].iloc[0] == Decimal("12345678901.2345")


def test_the_number_of_employees_is_a_whole_number() -> None:
    assert customer(numberofemployees="250")["OrganizationNumberOfEmployees"] == 250


@pytest.mark.parametrize(
    "target",
    [
        "PartyType",
        "CustomerGroupId",
        "SiteId",
        "WarehouseId",
        "LanguageId",
        "SalesCurrencyCode",
    ],
)
def test_what_finance_maintains_is_written_on_create_alone(target: str) -> None:
    assert ACCOUNTS.destination_pair(target).write is WritePolicy.ON_CREATE


def test_the_mark_of_ours_is_always_written() -> None:
    assert ACCOUNTS.destination_pair("IsExternallyMaintained").write is WritePolicy.ALWAYS


def test_keys_and_legal_names_are_rejected_when_too_long_and_memos_cut() -> None:
    assert ACCOUNTS.destination_pair("CustomerAccount").length is LengthPolicy.REJECT
    assert ACCOUNTS.destination_pair("OrganizationName").length is LengthPolicy.REJECT
    assert ACCOUNTS.destination_pair("SalesMemo").length is LengthPolicy.TRUNCATE


def test_neither_the_country_id_nor_a_street_number_is_sent() -> None:
    targets = {pair.target for pair in ACCOUNTS.cds_to_destination}
    assert targets.isdisjoint({"AddressCountryRegionId", "AddressStreetNumber", "InvoiceAddressCountryRegionId"})
