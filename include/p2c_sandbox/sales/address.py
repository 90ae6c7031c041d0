"""Addresses below the service root, and references to rows in bodies: which table, which row, what of it.

Sources: OASIS OData 4.0 URL conventions; Microsoft docs: Use an alternate key to reference a record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2c_metadata import EntityType, Model
from p2c_sandbox.addresses import SALES_ROOT
from p2c_sandbox.expressions import kind_of
from p2c_sandbox.literals import QueryError, Token, tokens
from p2c_sandbox.messages import decode
from p2c_sandbox.sales.errors import bad_query, key_not_defined, no_such_resource

# the gateway before the service refuses these, Microsoft docs: Use an alternate key to reference a record
_UNSAFE_IN_KEY = frozenset("/<>*%&:\\?+")
_SEGMENT = re.compile(r"(?P<name>[^()]+)(?:\((?P<key>.*)\))?", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """One part of an address: a name and, in parentheses after it, a key."""

    name: str
    key: str | None = None


@dataclass(frozen=True)
class RowReference:
    """A row by its id or by alternate key values; `key` maps columns to values, the primary key's own name included."""

    entity: EntityType
    key: Mapping[str, Any]

    @property
    def identifier(self) -> str | None:
        """The id, if the row is named by it."""
        value = self.key.get(self.entity.key[0])
        return str(value) if value is not None else None


def segments_of(path: str) -> tuple[Segment, ...]:
    """The parts of a request's path below the service root; `path` is percent-encoded."""
    decoded = decode(path)
    if not f"{decoded}/".startswith(f"{SALES_ROOT}/"):
        raise no_such_resource(decoded)
    return split_segments(decoded.removeprefix(SALES_ROOT).strip("/"))


def split_segments(text: str) -> tuple[Segment, ...]:
    """The parts of a decoded relative address."""
    return tuple(_segment(part) for part in _split(text)) if text else ()


def row_reference(segment: Segment, model: Model) -> RowReference:
    """The row that `accounts(...)` names. SalesError if the table or the columns are not known."""
    entity = entity_of(segment.name, model)
    if segment.key is None:
        raise bad_query(f"'{segment.name}' names no row; add its key in parentheses.")
    return RowReference(entity, _key(segment.key, entity))


def entity_of(name: str, model: Model) -> EntityType:
    """The table behind an entity set name."""
    entity = model.entity_sets.get(name)
    if entity is None:
        raise no_such_resource(name)
    return entity


def parse_reference(text: str, model: Model) -> RowReference:
    """A row named in a body, as `/accounts(...)`, `accounts(...)` or the whole address."""
    _, found, below = text.partition(f"{SALES_ROOT}/")
    segments = split_segments((below if found else text).strip("/"))
    if len(segments) != 1:
        raise bad_query(f"'{text[:120]}' is not a reference to one row.")
    return row_reference(segments[0], model)


def _split(text: str) -> list[str]:
    """Cut at slashes outside parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "/" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _segment(text: str) -> Segment:
    match = _SEGMENT.fullmatch(text)
    if match is None:
        raise no_such_resource(text)
    return Segment(match["name"], match["key"])


def _key(text: str, entity: EntityType) -> dict[str, Any]:
    words = _words(text)
    if len(words) == 1 and words[0].kind == "guid":
        return {entity.key[0]: words[0].value}
    columns = _pairs(words, text)
    for name, token in columns.items():
        declared = entity.properties.get(name)
        if declared is None or (kind_of(declared), token.kind) in (("string", "number"), ("number", "string")):
            raise key_not_defined(entity.name, ", ".join(columns))
        _check_safe(str(token.value))
    return {name: token.value for name, token in columns.items()}


def _words(text: str) -> list[Token]:
    try:
        return list(tokens(text))[:-1]
    except QueryError:
        raise bad_query(f"The key '({text[:120]})' cannot be read.") from None


def _pairs(words: Sequence[Token], text: str) -> dict[str, Token]:
    """`name=value` pairs between commas."""
    pairs: dict[str, Token] = {}
    for start in range(0, len(words) + 1, 4):
        name, equals, value, *comma = words[start : start + 4] if len(words) >= start + 3 else (None, None, None)
        if name is None or equals is None or value is None:
            raise bad_query(f"The key '({text[:120]})' cannot be read.")
        well_formed = name.kind == "name" and equals.text == "=" and value.kind not in ("name", "symbol", "array")
        if not well_formed or any(word.text != "," for word in comma) or name.text in pairs:
            raise bad_query(f"The key '({text[:120]})' cannot be read.")
        pairs[name.text] = value
        if not comma:
            break
    return pairs


def _check_safe(value: str) -> None:
    unsafe = next((char for char in value if char in _UNSAFE_IN_KEY), None)
    if unsafe is not None:
        raise bad_query(
            f"A potentially dangerous Request.Path value was detected from the client ({unsafe}): the key value "
            f"'{value[:80]}' cannot stand in an address; look the row up with $filter."
        )
