"""Rows of Sales that rules look at beside the one being written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context
from p2c_sandbox.store import Page, Row

SYSTEM = "sales"
LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"


def linked(context: Context, entity_set: str, values: Mapping[str, Any], column: str) -> Row | None:
    """The row that a lookup column points at, None if the lookup is empty."""
    identifier = values.get(column)
    return context.transaction.get(SYSTEM, entity_set, str(identifier).lower()) if identifier else None


def rows_with(context: Context, entity_set: str, column: str, value: Any) -> Iterator[Row]:
    """Rows with this text or id in a column, compared without case, found by an index."""
    context.transaction.index(SYSTEM, entity_set, column)
    return context.transaction.find(SYSTEM, entity_set, page=Page(equal=(column, value)))


def lookup(column: str, identifier: str | None, table: str) -> dict[str, Any]:
    """A lookup column as a row keeps it, with the table it points into."""
    return {column: identifier, f"{column}@{LOOKUP_TABLE}": table if identifier else None}


def target_table(values: Mapping[str, Any], column: str) -> str | None:
    """The table that a polymorphic lookup points into, None if the lookup is empty."""
    return values.get(f"{column}@{LOOKUP_TABLE}") if values.get(column) else None


def organization(context: Context) -> Mapping[str, Any]:
    """The settings of the environment; empty where it has no row."""
    row = next(context.transaction.find(SYSTEM, "organizations"), None)
    return row.values if row else {}


def with_currency(context: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """The base currency for a row that names none."""
    base = organization(context).get("_basecurrencyid_value")
    missing = values.get("_transactioncurrencyid_value") is None
    return lookup("_transactioncurrencyid_value", str(base), "transactioncurrency") if missing and base else {}
