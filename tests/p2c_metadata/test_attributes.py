from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from p2c_metadata.attributes import MetadataError, describe, facet, integer, required


def test_an_element_is_described_by_kind_and_name() -> None:
    assert describe(Element("{http://docs.oasis-open.org/odata/ns/edm}Property", Name="name")) == "Property 'name'"


def test_an_element_without_a_name_is_described_by_its_kind() -> None:
    assert describe(Element("Key")) == "Key"


@pytest.mark.parametrize("element", [Element("Property"), Element("Property", Name="")])
def test_a_missing_or_empty_attribute_is_refused_naming_it(element: Element) -> None:
    with pytest.raises(MetadataError, match="Property has no attribute 'Name'"):
        required(element, "Name")


def test_a_facet_that_is_absent_is_none() -> None:
    assert facet(Element("Property"), "Scale") is None


def test_a_facet_is_a_whole_number() -> None:
    assert facet(Element("Property", Scale="4"), "Scale") == 4


def test_text_in_place_of_a_number_is_refused_naming_element_and_value() -> None:
    with pytest.raises(MetadataError, match="Member 'Yes' has Value='one'"):
        integer(Element("Member", Name="Yes"), "Value", "one")
