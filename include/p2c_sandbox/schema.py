"""The schema of both systems: that of the package's CSDL, which tests change as an administrator would.

A change is made to the CSDL itself, so that `$metadata`, definitions and what a request may name agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from pydantic import BaseModel, ConfigDict, Field, model_validator

from p2c_metadata import Model, document, load, parse
from p2c_sandbox.settings import System

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_VALUES = ("drop", "rename", "add", "type", "max_length", "required", "option", "targets")


class SchemaError(ValueError):
    """A change that cannot be made: no such entity set or field."""


class Option(BaseModel):
    """An option of a choice column, or a member of an enumeration, which goes by its label."""

    model_config = ConfigDict(extra="forbid")

    value: int
    label: str


class SchemaChange(BaseModel):
    """One change of one field; `add` and `type` name an Edm type, `targets` the tables a lookup leads to."""

    model_config = ConfigDict(extra="forbid")

    system: System
    entity_set: str
    field: str
    drop: bool | None = None
    rename: str | None = None
    add: str | None = None
    type: str | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    required: bool | None = None
    option: Option | None = None
    targets: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> SchemaChange:
        if len(self.model_fields_set.intersection(_VALUES)) != 1:
            raise ValueError(f"give exactly one of {', '.join(_VALUES)}")
        return self


class Schema:
    """Both documents as they are now, each parsed once after a change."""

    def __init__(self) -> None:
        self._changed: dict[System, tuple[bytes, Model]] = {}

    def document(self, system: System) -> bytes:
        """The CSDL, as served at `$metadata`."""
        return self._changed[system][0] if system in self._changed else document(system)

    def model(self, system: System) -> Model:
        """The CSDL, parsed."""
        return self._changed[system][1] if system in self._changed else load(system)

    def reset(self) -> None:
        """Back to the package's CSDL."""
        self._changed.clear()

    def change(self, change: SchemaChange) -> None:
        """Make a change. SchemaError if it names what there is not."""
        register_namespace("edmx", EDMX)
        root = fromstring(self.document(change.system))  # noqa: S314 - our own document
        type_ = _type_of(root, change.entity_set)
        name = next(name for name in _VALUES if name in change.model_fields_set)
        if name == "add":
            SubElement(type_, f"{EDM}Property", {"Name": change.field, "Type": str(change.add)})
        else:
            field = _named(type_.iterfind(f"{EDM}Property"), change.field, f"{change.entity_set} has no field")
            _CHANGES[name](root, type_, field, getattr(change, name))
        changed = tostring(root, encoding="utf-8", xml_declaration=True)
        self._changed[change.system] = (changed, parse(changed))


def _type_of(root: Element, entity_set: str) -> Element:
    sets = root.iterfind(f".//{EDM}EntityContainer/{EDM}EntitySet")
    type_name = _named(sets, entity_set, "There is no entity set").attrib["EntityType"].rpartition(".")[2]
    return _named(root.iterfind(f".//{EDM}EntityType"), type_name, "There is no entity type")


def _named(elements: Any, name: str, missing: str) -> Element:
    found: Element | None = next((element for element in elements if element.get("Name") == name), None)
    if found is None:
        raise SchemaError(f"{missing} {name!r}.")
    return found


def _drop(root: Element, type_: Element, field: Element, value: bool) -> None:
    type_.remove(field)
    for link in type_.findall(f"{EDM}NavigationProperty"):
        if link.find(f"{EDM}ReferentialConstraint[@Property='{field.get('Name')}']") is not None:
            type_.remove(link)


def _rename(root: Element, type_: Element, field: Element, value: str) -> None:
    for constraint in type_.iterfind(f".//{EDM}ReferentialConstraint[@Property='{field.get('Name')}']"):
        constraint.set("Property", value)
    field.set("Name", value)


def _retype(root: Element, type_: Element, field: Element, value: str) -> None:
    field.set("Type", value)
    field.attrib.pop("MaxLength", None)
    for annotation in field.findall(f"{EDM}Annotation"):  # they say what the field was
        field.remove(annotation)


def _set_length(root: Element, type_: Element, field: Element, value: int) -> None:
    field.set("MaxLength", str(value))


def _set_required(root: Element, type_: Element, field: Element, value: bool) -> None:
    _annotation(field, "P2C.RequiredForImport").set("Bool", str(value).lower())


def _add_option(root: Element, type_: Element, field: Element, value: Option) -> None:
    """A field whose type is an enumeration gets a member, with all others of that type."""
    enums = {enum.get("Name"): enum for enum in root.iterfind(f".//{EDM}EnumType")}
    enum = enums.get(field.attrib["Type"].rpartition(".")[2])
    if enum is not None:
        SubElement(enum, f"{EDM}Member", {"Name": value.label, "Value": str(value.value)})
        return
    annotation = _annotation(field, "P2C.ChoiceOptions")
    options = annotation.find(f"{EDM}Collection")
    record = SubElement(SubElement(annotation, f"{EDM}Collection") if options is None else options, f"{EDM}Record")
    SubElement(record, f"{EDM}PropertyValue", {"Property": "Value", "Int": str(value.value)})
    SubElement(record, f"{EDM}PropertyValue", {"Property": "Label", "String": value.label})


def _set_targets(root: Element, type_: Element, field: Element, value: tuple[str, ...]) -> None:
    annotation = _annotation(field, "P2C.LookupTargets")
    for child in list(annotation):
        annotation.remove(child)
    collection = SubElement(annotation, f"{EDM}Collection")
    for target in value:
        SubElement(collection, f"{EDM}String").text = target


def _annotation(field: Element, term: str) -> Element:
    found = field.find(f"{EDM}Annotation[@Term='{term}']")
    return SubElement(field, f"{EDM}Annotation", {"Term": term}) if found is None else found


_CHANGES: Mapping[str, Callable[[Element, Element, Element, Any], None]] = {
    "drop": _drop,
    "rename": _rename,
    "type": _retype,
    "max_length": _set_length,
    "required": _set_required,
    "option": _add_option,
    "targets": _set_targets,
}
