from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import XML

import pytest

from p2c_metadata import MetadataError, Property, load
from p2c_metadata.annotations import read_annotations
from p2c_metadata.properties import read_enum, read_property

XMLNS = 'xmlns="http://docs.oasis-open.org/odata/ns/edm"'


def column(table: str, name: str) -> Property:
    return load("sales").entity(table).property(name)


def customer(name: str) -> Property:
    return load("finance_operations").entity_set("CustomersV3").property(name)


def read(xml: str) -> Property:
    element = XML(xml)
    notes = read_annotations(element, {})
    return read_property(element, notes, type_name="Edm.String", enum=None, navigation_targets=())


def test_the_length_of_a_sales_column_is_read() -> None:
    assert column("account", "name").max_length == 160


def test_the_length_that_finance_and_operations_does_not_state_comes_from_our_annotation() -> None:
    assert customer("OrganizationName").max_length == 100


def test_a_length_stated_by_the_system_wins_over_our_annotation() -> None:
    annotation = '<Annotation Term="P2C.MaxLength" Int="9"/>'
    stated = read(f'<Property Name="a" Type="Edm.String" MaxLength="7" {XMLNS}>{annotation}</Property>')
    assert stated.max_length == 7


@pytest.mark.parametrize("bound", ["max", "variable"])
def test_a_facet_without_bound_is_none(bound: str) -> None:
    assert read(f'<Property Name="a" Type="Edm.String" MaxLength="{bound}" {XMLNS}/>').max_length is None


def test_a_facet_that_is_no_number_is_refused_naming_the_property() -> None:
    with pytest.raises(MetadataError, match="Property 'a' has MaxLength='long', expected a whole number"):
        read(f'<Property Name="a" Type="Edm.String" MaxLength="long" {XMLNS}/>')


def test_an_enum_property_has_the_members_of_its_enumeration() -> None:
    enum = customer("IsExternallyMaintained").enum
    assert enum is not None
    assert enum.members == {"No": 0, "Yes": 1}


def test_enum_members_without_a_value_count_up_from_zero() -> None:
    enum = read_enum(XML(f'<EnumType Name="E" {XMLNS}><Member Name="A"/><Member Name="B"/></EnumType>'))
    assert enum.members == {"A": 0, "B": 1}


def test_a_choice_column_has_labels_for_its_values() -> None:
    assert column("product", "statecode").options == {0: "Active", 1: "Retired", 2: "Draft", 3: "Under Revision"}


def test_a_yes_no_column_with_its_own_labels_has_them_as_options() -> None:
    assert column("quotedetail", "ispriceoverridden").options == {0: "Use Default", 1: "Override Price"}


def test_a_status_reason_names_its_state() -> None:
    assert column("quote", "statuscode").states[4] == 2


def test_a_state_names_the_status_reason_a_row_gets_with_it() -> None:
    assert column("account", "statecode").default_status == {0: 1, 1: 2}


def test_the_required_level_is_read() -> None:
    assert column("account", "name").required_level == "required"
    assert column("account", "_ownerid_value").required_level == "systemrequired"


def test_a_user_local_date_only_column_says_both() -> None:
    valid_from = column("quote", "effectivefrom")
    assert (valid_from.type, valid_from.date_format, valid_from.date_behavior) == (
        "Edm.DateTimeOffset",
        "DateOnly",
        "UserLocal",
    )


def test_limits_are_exact_decimals() -> None:
    rate = column("quote", "exchangerate")
    assert (rate.minimum, rate.maximum, rate.scale) == (Decimal("1E-12"), Decimal(100000000000), 12)


def test_a_limit_that_is_no_number_is_refused_naming_the_term() -> None:
    term = "Org.OData.Validation.V1.Minimum"
    with pytest.raises(MetadataError, match=f"annotation {term} has the value 'low'"):
        read(f'<Property Name="a" Type="Edm.Decimal" {XMLNS}><Annotation Term="{term}" Decimal="low"/></Property>')


def test_columns_that_the_system_fills_are_read_only() -> None:
    assert column("account", "modifiedon").read_only
    assert column("account", "_owningbusinessunit_value").read_only
    assert not column("account", "name").read_only


def test_the_default_of_a_column_is_read() -> None:
    assert column("quote", "statecode").default == "0"


def test_the_targets_of_an_owner_column_come_from_our_annotation() -> None:
    assert column("account", "_ownerid_value").lookup_targets == ("systemuser", "team")
