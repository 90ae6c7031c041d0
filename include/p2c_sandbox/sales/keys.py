"""Alternate keys: which a table has, and the row that key values name.

The tables have none out of the box; a customizer adds them. They are kept as rows of an entity set of their own.
Source: Microsoft docs: Define alternate keys to reference rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from p2c_metadata import EntityType
from p2c_sandbox.expressions import comparable, kind_of
from p2c_sandbox.sales.address import RowReference
from p2c_sandbox.sales.call import SYSTEM
from p2c_sandbox.sales.errors import (
    SalesError,
    invalid,
    key_not_defined,
    key_violated,
    no_such_key_values,
    no_such_row,
)
from p2c_sandbox.store import Page, Row, Transaction

KEYS = "EntityKeyMetadata"
MAXIMUM_KEYS, MAXIMUM_COLUMNS = 10, 16
_KEY_TYPES = ("Edm.String", "Edm.Int32", "Edm.Decimal", "Edm.DateTimeOffset", "Edm.Date", "Edm.Guid")


@dataclass(frozen=True)
class AlternateKey:
    """A unique key of a table; `identifier` is its MetadataId."""

    identifier: str
    table: str
    name: str
    columns: tuple[str, ...]


def define_key(transaction: Transaction, entity: EntityType, name: str, columns: Sequence[str]) -> AlternateKey:
    """Add an alternate key. SalesError if the columns cannot be one or rows break it already."""
    present = keys_of(transaction, entity)
    _check_definition(entity, name, columns, present)
    key = AlternateKey(str(uuid4()), entity.name, name.lower(), tuple(columns))
    _check_rows(transaction, entity, key)
    document = {"table": key.table, "name": key.name, "columns": list(key.columns)}
    transaction.insert(SYSTEM, KEYS, key.identifier, document)
    indexed = _indexed_column(entity, columns)
    if indexed is not None:
        transaction.index(SYSTEM, entity.entity_set, indexed)
    return key


def remove_key(transaction: Transaction, entity: EntityType, identifier: str) -> None:
    """Remove an alternate key by its MetadataId or name."""
    found = next((key for key in keys_of(transaction, entity) if identifier in (key.identifier, key.name)), None)
    if found is None:
        raise no_such_row("EntityKey", identifier)
    transaction.delete(SYSTEM, KEYS, found.identifier)


def keys_of(transaction: Transaction, entity: EntityType) -> list[AlternateKey]:
    """The alternate keys of a table."""
    page = Page(equal=("table", entity.name))
    return [
        AlternateKey(row.key, entity.name, row.values["name"], tuple(row.values["columns"]))
        for row in transaction.find(SYSTEM, KEYS, page=page)
    ]


def find_row(transaction: Transaction, reference: RowReference) -> Row | None:
    """The row a reference names. SalesError if it names it by columns that are no key."""
    entity = reference.entity
    if reference.identifier is not None and len(reference.key) == 1:
        return transaction.get(SYSTEM, entity.entity_set, reference.identifier.lower())
    columns = set(reference.key)
    if not any(set(key.columns) == columns for key in keys_of(transaction, entity)):
        raise key_not_defined(entity.name, ", ".join(reference.key))
    return row_with(transaction, entity, reference.key)


def require_row(transaction: Transaction, reference: RowReference) -> Row:
    """The row a reference names. SalesError if there is none."""
    row = find_row(transaction, reference)
    if row is None:
        raise missing(reference)
    return row


def missing(reference: RowReference) -> SalesError:
    """The refusal when a reference names no row."""
    if reference.identifier is not None:
        return no_such_row(reference.entity.name, reference.identifier)
    return no_such_key_values(reference.entity.name)


def row_with(transaction: Transaction, entity: EntityType, values: Mapping[str, Any]) -> Row | None:
    """The first row that has all these values, compared as the database does."""
    wanted = {name: _compared(entity, name, value) for name, value in values.items()}

    def matches(row: Row) -> bool:
        return all(_compared(entity, name, row.values.get(name)) == value for name, value in wanted.items())

    indexed = _indexed_column(entity, values)
    equal = (indexed, values[indexed]) if indexed is not None else None
    return next(transaction.find(SYSTEM, entity.entity_set, matches, Page(equal=equal)), None)


def check_unique(transaction: Transaction, entity: EntityType, values: Mapping[str, Any], own_key: str | None) -> None:
    """SalesError if another row than `own_key` has the same values of an alternate key; a key with a null is free."""
    for key in keys_of(transaction, entity):
        parts = {name: values.get(name) for name in key.columns}
        if any(value is None for value in parts.values()):
            continue
        other = row_with(transaction, entity, parts)
        if other is not None and other.key != own_key:
            raise key_violated(key.name, ", ".join(key.columns))


def _indexed_column(entity: EntityType, columns: Iterable[str]) -> str | None:
    """The column of a key that the database finds rows by: text and ids compare there as they do here."""
    return next((name for name in columns if kind_of(entity.properties[name]) in ("string", "guid")), None)


def _compared(entity: EntityType, name: str, value: Any) -> Any:
    return comparable(value, kind_of(entity.properties[name]))


def _check_definition(entity: EntityType, name: str, columns: Sequence[str], present: Sequence[AlternateKey]) -> None:
    unfit = [column for column in columns if _key_type(entity, column) not in _KEY_TYPES]
    if not name.isidentifier() or not columns or unfit or len(set(columns)) != len(columns):
        raise invalid("0x8004f016", f"The columns {', '.join(columns)[:200]} of {entity.name} cannot form a key.")
    if len(columns) > MAXIMUM_COLUMNS or len(present) >= MAXIMUM_KEYS:
        limits = f"{MAXIMUM_KEYS} keys of {MAXIMUM_COLUMNS} columns at most"
        raise invalid("0x8004f017", f"A table may have {limits}.")
    if any(name.lower() == key.name or set(columns) == set(key.columns) for key in present):
        raise invalid("0x8004f018", f"The table {entity.name} has this key already.")


def _key_type(entity: EntityType, column: str) -> str | None:
    declared = entity.properties.get(column)
    return declared.type if declared else None


def _check_rows(transaction: Transaction, entity: EntityType, key: AlternateKey) -> None:
    seen = set()
    for row in transaction.find(SYSTEM, entity.entity_set):
        values = tuple(_compared(entity, name, row.values.get(name)) for name in key.columns)
        if None not in values and values in seen:
            raise key_violated(key.name, ", ".join(key.columns))
        seen.add(values)
