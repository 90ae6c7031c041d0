from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import XML

import pytest

from p2c_metadata.annotations import Annotations, flag, number, read_annotations, records, text, texts

XMLNS = 'xmlns="http://docs.oasis-open.org/odata/ns/edm"'


def notes(inner: str) -> Annotations:
    return read_annotations(XML(f"<Property {XMLNS}>{inner}</Property>"), {"Core": "Org.OData.Core.V1"})


def test_the_alias_of_a_vocabulary_is_resolved() -> None:
    assert text(notes('<Annotation Term="Core.Description" String="Name"/>'), "Org.OData.Core.V1.Description") == "Name"


@pytest.mark.parametrize(
    "written", ['<Annotation Term="P2C.A" String="x"/>', "<Annotation Term='P2C.A'><String>x</String></Annotation>"]
)
def test_a_constant_is_read_as_attribute_or_as_element(written: str) -> None:
    assert text(notes(written), "P2C.A") == "x"


def test_an_empty_constant_is_empty_text() -> None:
    assert text(notes('<Annotation Term="P2C.A"><String/></Annotation>'), "P2C.A") == ""


@pytest.mark.parametrize(("written", "expected"), [('Bool="true"', True), ('Bool="false"', False), ("", True)])
def test_a_flag_without_a_value_means_yes(written: str, expected: bool) -> None:
    assert flag(notes(f'<Annotation Term="P2C.A" {written}/>'), "P2C.A") is expected


def test_a_flag_that_is_absent_means_no() -> None:
    assert flag(notes(""), "P2C.A") is False


def test_a_number_is_exact() -> None:
    assert number(notes('<Annotation Term="P2C.A" Decimal="0.10"/>'), "P2C.A") == Decimal("0.10")


def test_a_collection_of_constants_is_read_in_order() -> None:
    written = '<Annotation Term="P2C.A"><Collection><String>b</String><String>a</String></Collection></Annotation>'
    assert texts(notes(written), "P2C.A") == ("b", "a")


def test_a_collection_of_records_is_read_by_property() -> None:
    record = '<Record><PropertyValue Property="Value" Int="1"/><PropertyValue Property="Label" String="One"/></Record>'
    written = f'<Annotation Term="P2C.A"><Collection>{record}</Collection></Annotation>'
    assert records(notes(written), "P2C.A") == [{"Value": "1", "Label": "One"}]


def test_an_annotation_of_another_shape_is_as_good_as_absent() -> None:
    constant = notes('<Annotation Term="P2C.A" String="x"/>')
    assert (texts(constant, "P2C.A"), records(constant, "P2C.A")) == ((), [])
