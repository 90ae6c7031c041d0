"""Rows of a table as the wire shows them, with the rows their lookups lead to at hand.

The id in a lookup column does not tell the table of a polymorphic lookup; the annotation `lookuplogicalname` beside it
does, and is kept in the stored row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from p2c_metadata import EntityType, Property, UnknownName
from p2c_sandbox.sales.call import MODEL, SYSTEM
from p2c_sandbox.store import Row, Transaction

LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"


def wire_time(moment: datetime) -> str:
    """A moment as Dataverse writes it: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def wire_values(row: Row) -> dict[str, Any]:
    """A row's values with what the platform keeps for every row."""
    created, modified = wire_time(row.created), wire_time(row.modified)
    return {"createdon": created} | row.values | {"modifiedon": modified, "versionnumber": row.version}


def etag(row: Row) -> str:
    """A row's version as an ETag."""
    return f'W/"{row.version}"'


@dataclass
class Lookups:
    """The rows behind lookups, each read once while one request is answered."""

    transaction: Transaction
    _rows: dict[tuple[str, str], Row | None] = field(default_factory=dict)

    def row(self, entity: EntityType, identifier: str) -> Row | None:
        """The row of this id."""
        name = (entity.entity_set, identifier)
        if name not in self._rows:
            self._rows[name] = self.transaction.get(SYSTEM, entity.entity_set, identifier.lower())
        return self._rows[name]

    def target(self, values: Mapping[str, Any], column: Property) -> EntityType | None:
        """The table that a row's lookup points into; None if the lookup is empty or its table is not kept here."""
        identifier = values.get(column.name)
        if identifier is None:
            return None
        named = values.get(f"{column.name}@{LOOKUP_TABLE}")
        tables = [table for table in map(table_named, [named] if named else column.lookup_targets) if table is not None]
        found = (table for table in tables if self.row(table, str(identifier)) is not None)
        return next(found, tables[0] if tables else None)

    def name(self, values: Mapping[str, Any], column: Property) -> str | None:
        """The primary name of the row that a row's lookup points at."""
        table = self.target(values, column)
        row = self.row(table, str(values[column.name])) if table else None
        return row.values.get(table.primary_name) if row and table and table.primary_name else None


@dataclass(frozen=True)
class LinkedRow(Mapping[str, Any]):
    """A row's values in which a single-valued navigation property gives the row it leads to."""

    columns: Mapping[str, Any]
    entity: EntityType
    lookups: Lookups

    def __getitem__(self, name: str) -> Any:
        if name in self.columns:
            return self.columns[name]
        link = self.entity.navigation[name]
        identifier = self.columns.get(link.property)
        table = self.lookups.target(self.columns, self.entity.properties[link.property])
        if identifier is None or table is None or link.target not in (table.name, "principal"):
            return None
        row = self.lookups.row(table, str(identifier))
        return None if row is None else LinkedRow(wire_values(row), table, self.lookups)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


def table_named(logical_name: str) -> EntityType | None:
    """The table of this logical name, None if the sandbox does not keep it."""
    try:
        return MODEL.entity(logical_name)
    except UnknownName:
        return None
