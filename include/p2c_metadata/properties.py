"""Properties of an entity type, read from their CSDL elements."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict
from xml.etree.ElementTree import Element

from p2c_metadata.annotations import Annotations, flag, number, records, text, texts
from p2c_metadata.attributes import EDM, facet, integer, required
from p2c_metadata.model import EnumType, Property


class Choice(TypedDict):
    """The parts of a Property that come from its choice options."""

    options: Mapping[int, str]
    states: Mapping[int, int]
    default_status: Mapping[int, int]


def read_enum(element: Element) -> EnumType:
    """An EnumType element; members without a value count up from 0 (CSDL 4.0, 10.3.2)."""
    members = {
        required(member, "Name"): integer(member, "Value", member.get("Value", str(position)))
        for position, member in enumerate(element.iterfind(f"{EDM}Member"))
    }
    return EnumType(required(element, "Name"), MappingProxyType(members))


def read_property(
    element: Element,
    notes: Annotations,
    *,
    type_name: str,
    enum: EnumType | None,
    navigation_targets: tuple[str, ...],
) -> Property:
    """A Property element with its annotations. `type_name` is qualified, `navigation_targets` are those it backs."""
    return Property(
        name=required(element, "Name"),
        type=type_name,
        nullable=element.get("Nullable", "true") != "false",
        max_length=_max_length(element, notes),
        precision=facet(element, "Precision"),
        scale=facet(element, "Scale"),
        enum=enum,
        required_level=text(notes, "P2C.RequiredLevel"),
        date_format=text(notes, "P2C.DateFormat"),
        date_behavior=text(notes, "P2C.DateBehavior"),
        required_for_import=flag(notes, "P2C.RequiredForImport"),
        minimum=number(notes, "Org.OData.Validation.V1.Minimum"),
        maximum=number(notes, "Org.OData.Validation.V1.Maximum"),
        lookup_targets=texts(notes, "P2C.LookupTargets") or navigation_targets,
        label=text(notes, "P2C.Label"),
        default=element.get("DefaultValue"),
        read_only=(text(notes, "Org.OData.Core.V1.Permissions") or "").endswith("/Read"),
        money=flag(notes, "P2C.Money"),
        solution=text(notes, "P2C.Solution"),
        unconfirmed=flag(notes, "P2C.Unconfirmed"),
        **_choice(element, notes),
    )


def _max_length(element: Element, notes: Annotations) -> int | None:
    stated = facet(element, "MaxLength")
    known = text(notes, "P2C.MaxLength")
    if stated is not None or known is None:
        return stated
    return integer(element, "P2C.MaxLength", known)


def _choice(element: Element, notes: Annotations) -> Choice:
    options: dict[int, str] = {}
    states: dict[int, int] = {}
    default_status: dict[int, int] = {}
    for record in records(notes, "P2C.ChoiceOptions"):
        value = integer(element, "option", text(record, "Value") or "")
        options[value] = text(record, "Label") or ""
        for column, found in (("State", states), ("DefaultStatus", default_status)):
            if (related := text(record, column)) is not None:
                found[value] = integer(element, column, related)
    return Choice(
        options=MappingProxyType(options),
        states=MappingProxyType(states),
        default_status=MappingProxyType(default_status),
    )
