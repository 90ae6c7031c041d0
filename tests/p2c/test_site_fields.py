"""Fields as a site has them."""

from __future__ import annotations

from typing import Any

import pytest

from p2c.errors import ConfigurationError
from p2c.flow import Computed, Constant, Flow, Reference, SiteDefault, ValueMap, WritePolicy
from p2c.flows.accounts import ACCOUNTS
from p2c.site_fields import with_field
from p2c.site_settings import FieldSettings


def changed(target: str, **settings: Any) -> Flow:
    return with_field(ACCOUNTS, target, FieldSettings.model_validate(settings))


def test_an_added_field_goes_from_its_source_through_a_cds_column_of_its_own() -> None:
    flow = changed("CreditRating", source="accountratingcode", type="integer")
    assert "accountratingcode" in flow.source_fields()
    assert flow.cds.field("Custom_CreditRating").type == "integer"
    assert flow.destination_pair("CreditRating").source == "Custom_CreditRating"


def test_a_field_behind_a_lookup_has_a_column_without_a_dot() -> None:
    flow = changed("transactioncurrencyid.isocurrencycode", source="websiteurl")
    assert flow.destination_pair("transactioncurrencyid.isocurrencycode").source == (
        "Custom_transactioncurrencyid_isocurrencycode"
    )


def test_the_cds_column_is_text_unless_said() -> None:
    assert changed("CreditRating", source="accountratingcode").cds.field("Custom_CreditRating").type == "text"


def test_an_added_constant_needs_no_column_and_is_written_on_create_unless_said() -> None:
    flow = changed("PaymentTerms", constant="Net30")
    assert flow.cds == ACCOUNTS.cds
    assert flow.destination_pair("PaymentTerms").transforms == (Constant("Net30"),)
    assert flow.destination_pair("PaymentTerms").write is WritePolicy.ON_CREATE
    assert changed("PaymentTerms", constant="Net30", write="always").destination_pair("PaymentTerms").write == "always"


def test_a_field_from_the_organizations_defaults_is_required_of_each() -> None:
    pair = changed("PaymentTerms", organization_default=True).destination_pair("PaymentTerms")
    assert (pair.source, pair.transforms) == (None, (SiteDefault(required=True),))


def test_a_function_works_out_the_cds_column() -> None:
    flow = changed("CreditRating", source=["revenue", "numberofemployees"], function="contoso:rating")
    pair = next(pair for pair in flow.source_to_cds if pair.target == "Custom_CreditRating")
    (computed,) = pair.transforms
    assert isinstance(computed, Computed)
    assert (pair.source, computed.name) == (("revenue", "numberofemployees"), "contoso:rating")


def test_a_value_map_stands_before_the_organizations_default() -> None:
    pair = changed("CreditRating", source="accountratingcode", value_map="rating").destination_pair("CreditRating")
    assert pair.transforms == (ValueMap("rating"), SiteDefault(required=False))


def test_a_declared_field_keeps_its_policies_its_default_and_its_reference_when_a_site_fills_it() -> None:
    before, pair = (
        flow.destination_pair("CustomerGroupId")
        for flow in (ACCOUNTS, changed("CustomerGroupId", source="industrycode", value_map="group"))
    )
    assert pair.source == "Custom_CustomerGroupId"
    assert pair.transforms == (ValueMap("group"), *before.transforms)
    assert (pair.write, pair.reference) == (before.write, before.reference)


def test_another_value_map_stands_for_the_declared_one() -> None:
    pair = changed("AddressCountryRegionISOCode", value_map="iso").destination_pair("AddressCountryRegionISOCode")
    assert pair.transforms == (ValueMap("iso"), SiteDefault())


def test_a_reference_is_looked_up_at_the_destination() -> None:
    reference = {"entity_set": "PaymentTerms", "field": "Name"}
    pair = changed("PaymentTerms", constant="Net30", reference=reference).destination_pair("PaymentTerms")
    assert pair.reference == Reference("PaymentTerms", "Name")


def test_a_field_may_join_a_block() -> None:
    flow = changed("AddressStreetNumber", source="address1_line2", block="primary address")
    assert "AddressStreetNumber" in flow.blocks[0].content


def test_an_unknown_block_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="Unknown block 'address'; did you mean 'primary address' or"):
        changed("AddressStreetNumber", source="address1_line2", block="address")


def test_a_policy_of_a_field_that_nothing_fills_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Unknown destination field 'OrganisationName'; did you mean"):
        changed("OrganisationName", length="truncate")


def test_a_change_made_twice_is_made_once() -> None:
    change = FieldSettings(source=("accountratingcode",))
    once = with_field(ACCOUNTS, "CreditRating", change)
    assert with_field(once, "CreditRating", change) == once
