"""Rows as the store keeps them, and the SQL conditions that find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from p2c_sandbox.clock import timestamp

Order = Literal["inserted", "key", "modified"]
COLUMNS = "key, document, version, created, modified"
ORDERS: Mapping[Order, tuple[str, ...]] = {
    "inserted": ("sequence",),
    "key": ("key",),
    "modified": ("modified", "key"),
}
_encoder = msgspec.json.Encoder(decimal_format="number")
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class KeyExists(Exception):
    """A row of this key is there already."""


class RowMissing(Exception):
    """No row of this key."""


@dataclass
class Row:
    """One stored row; `values` is what the wire shows, Decimal for every number with a fraction."""

    key: str
    values: dict[str, Any]
    version: int
    created: datetime
    modified: datetime


@dataclass(frozen=True)
class Change:
    """A row as it is now (`row`), or the key of a row that is gone (`row` is None)."""

    key: str
    version: int
    row: Row | None


@dataclass(frozen=True)
class Page:
    """Part of a listing the database finds by itself: its order, the place it starts after, its bounds.

    `after` holds the order's columns of the last row seen: (key,) or (modified, key). `equal` is a property and the
    value it must have, compared without case. `modified_from` is inclusive, `modified_before` exclusive; both aware.
    """

    order: Order = "inserted"
    after: tuple[str, ...] = ()
    equal: tuple[str, Any] | None = None
    modified_from: datetime | None = None
    modified_before: datetime | None = None


WHOLE = Page()
"""Every row, as inserted."""


def key_text(values: Iterable[Any]) -> str:
    """Canonical text of key values: without case, as both systems compare keys."""
    return "\x1f".join(str(value).casefold() for value in values)


def folded(value: Any) -> Any:
    """A value as `Page.equal` compares it: text without case and trailing blanks, anything else as it is."""
    return value.rstrip().casefold() if isinstance(value, str) else value


def identifier(name: str) -> str:
    """The name, once it is certain to be safe inside a statement; else ValueError."""
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"{name!r} is not a name of an entity set or property.")
    return name


def entity_set_condition(system: str, entity_set: str) -> str:
    """Written out, not bound: SQLite takes a partial index only for a condition it can read."""
    return f"system = '{identifier(system)}' and entity_set = '{identifier(entity_set)}'"


def index_name(system: str, entity_set: str, name: str) -> str:
    """The name of the index on a property of an entity set's rows."""
    return f"rows_of_{identifier(system)}_{identifier(entity_set)}_by_{identifier(name)}"


def property_expression(name: str) -> str:
    """A property of a row's document, as `folded` compares it."""
    return f"folded(json_extract(document, '$.{identifier(name)}'))"


def conditions_of(page: Page) -> tuple[list[str], list[Any]]:
    """The conditions of a page and the values to bind to them."""
    conditions: list[str] = []
    values: list[Any] = list(page.after)
    if page.after:
        columns = ", ".join(ORDERS[page.order])
        conditions.append(f"({columns}) > ({', '.join('?' for _ in page.after)})")
    if page.equal:
        name, value = page.equal
        conditions.append(f"{property_expression(name)} = ?")
        values.append(float(value) if isinstance(value, Decimal) else folded(value))
    if page.modified_from:
        conditions.append("modified >= ?")
        values.append(timestamp(page.modified_from))
    if page.modified_before:
        conditions.append("modified < ?")
        values.append(timestamp(page.modified_before))
    return conditions, values


def document(values: Mapping[str, Any]) -> str:
    """Values as the JSON text that is stored, decimals digit for digit."""
    return _encoder.encode(values).decode()


def row_of(found: tuple[str, str, int, str, str]) -> Row:
    """A row from what a statement selecting `COLUMNS` returns."""
    key, text, version, created, modified = found
    return Row(key, _decode(text), version, datetime.fromisoformat(created), datetime.fromisoformat(modified))
