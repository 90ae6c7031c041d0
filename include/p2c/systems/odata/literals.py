"""Values as OData literals in addresses and filters. Source: OData 4.0 Part 2, section 5.1.1.6.1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from urllib.parse import quote

NO_TYPES: Mapping[str, str] = MappingProxyType({})
_NUMBERS = frozenset({"Edm.Byte", "Edm.Decimal", "Edm.Double", "Edm.Int16", "Edm.Int32", "Edm.Int64", "Edm.Single"})
_PLAIN = {
    "Edm.Boolean": re.compile(r"true|false"),
    "Edm.Guid": re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    "Edm.Date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "Edm.DateTimeOffset": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII),
}


def string_literal(text: str) -> str:
    """``text`` in quotes, quotes within it doubled."""
    return "'" + text.replace("'", "''") + "'"


def literal(text: str, edm_type: str = "Edm.String") -> str:
    """``text``, as read from the wire, as a literal of ``edm_type``; other type names are those of enums.

    Raises ValueError if the text is no such value.
    """
    if edm_type == "Edm.String":
        return string_literal(text)
    if edm_type in _NUMBERS:
        return _number(text, edm_type)
    if edm_type in _PLAIN:
        if not _PLAIN[edm_type].fullmatch(text):
            raise ValueError(f"{text!r} is no {edm_type}.")
        return text
    return f"{edm_type}{string_literal(text)}"


def _number(text: str, edm_type: str) -> str:
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    if not finite or "_" in text or text != text.strip():
        raise ValueError(f"{text!r} is no {edm_type}.")
    return text


def moment_literal(moment: datetime) -> str:
    """An aware time as an Edm.DateTimeOffset in UTC; raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds' if utc.microsecond else 'seconds')}Z"


def key_predicate(key: Mapping[str, str], types: Mapping[str, str] = NO_TYPES) -> str:
    """``(A='x',B='y')`` with percent-encoded literals, for the path of an address.

    ``types`` names the Edm types of fields that are no strings.
    """
    literals = {name: literal(value, types.get(name, "Edm.String")) for name, value in key.items()}
    return "(" + ",".join(f"{name}={quote(text, safe=chr(39))}" for name, text in literals.items()) + ")"
