"""Annotations of one CSDL element as plain values: text, or lists and dictionaries for collections and records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from p2c_metadata.attributes import EDM, MetadataError

Value = str | list["Value"] | dict[str, "Value"]
Annotations = Mapping[str, Value]

_CONSTANTS = ("String", "Int", "Bool", "Decimal", "EnumMember", "PropertyPath", "Path", "Date", "Guid", "Float")


def read_annotations(element: Element, aliases: Mapping[str, str]) -> dict[str, Value]:
    """Annotations written inside `element`, by full term name."""
    found: dict[str, Value] = {}
    for child in element.iterfind(f"{EDM}Annotation"):
        prefix, _, term = child.get("Term", "").rpartition(".")
        found[f"{aliases.get(prefix, prefix)}.{term}"] = _value(child)
    return found


def text(values: Annotations, term: str) -> str | None:
    """A constant annotation, None where absent or not a constant."""
    value = values.get(term)
    return value if isinstance(value, str) else None


def flag(values: Annotations, term: str) -> bool:
    """A yes/no annotation; a term without a value means yes (CSDL 4.0, 14.1.2)."""
    return values.get(term) in ("true", "")


def number(values: Annotations, term: str) -> Decimal | None:
    """A numeric annotation, exact; None where absent."""
    value = text(values, term)
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        raise MetadataError(f"annotation {term} has the value '{value}', expected a number") from None


def texts(values: Annotations, term: str) -> tuple[str, ...]:
    """A collection of constants, empty where absent."""
    value = values.get(term)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def records(values: Annotations, term: str) -> list[dict[str, Value]]:
    """A collection of records, empty where absent."""
    value = values.get(term)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _value(element: Element) -> Value:
    for constant in _CONSTANTS:
        if constant in element.attrib:
            return element.attrib[constant]
    for child in element:
        return _expression(child)
    return ""


def _expression(element: Element) -> Value:
    kind = element.tag.removeprefix(EDM)
    if kind == "Collection":
        return [_expression(child) for child in element]
    if kind == "Record":
        return {value.get("Property", ""): _value(value) for value in element.iterfind(f"{EDM}PropertyValue")}
    return (element.text or "").strip()
