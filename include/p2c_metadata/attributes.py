"""XML attributes of CSDL elements, checked: a missing or malformed one is a MetadataError naming the element."""

from __future__ import annotations

from xml.etree.ElementTree import Element

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"

_UNBOUNDED = ("max", "variable", "floating")


class MetadataError(ValueError):
    """The bytes are not a CSDL document this reader can use; the message says why."""


def required(element: Element, attribute: str) -> str:
    """An attribute that CSDL demands."""
    value = element.get(attribute)
    if not value:
        raise MetadataError(f"{describe(element)} has no attribute '{attribute}'")
    return value


def facet(element: Element, attribute: str) -> int | None:
    """MaxLength, Precision or Scale; None where absent or without bound ('max', 'variable')."""
    value = element.get(attribute)
    if value is None or value.lower() in _UNBOUNDED:
        return None
    return integer(element, attribute, value)


def integer(element: Element, name: str, value: str) -> int:
    """`value` as a whole number."""
    try:
        return int(value)
    except ValueError:
        raise MetadataError(f"{describe(element)} has {name}='{value}', expected a whole number") from None


def describe(element: Element) -> str:
    """The element as an error message names it: kind and name."""
    kind = element.tag.rpartition("}")[2]
    return f"{kind} '{element.get('Name')}'" if element.get("Name") else kind
