"""Formatted values: a column's value as a person reads it, in US English.

Source: Microsoft docs: Query data using the Web API, "Formatted values".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from p2c_metadata import Property
from p2c_sandbox.literals import moment
from p2c_sandbox.sales.rows import Lookups, table_named

DEFAULT_SYMBOL = "$"
_WHOLE_NUMBERS = ("Edm.Int16", "Edm.Int32", "Edm.Int64")
_NUMBERS = ("Edm.Decimal", "Edm.Double")


def formatted_value(column: Property, values: Mapping[str, Any], lookups: Lookups) -> str | None:
    """The formatted value of a column, None where Dataverse gives none (text, ids, null)."""
    value = values.get(column.name)
    if value is None:
        return None
    if column.lookup_targets:
        return lookups.name(values, column)
    if column.options:
        return column.options.get(value)
    return _plain(column, value, values, lookups)


def _plain(column: Property, value: Any, values: Mapping[str, Any], lookups: Lookups) -> str | None:
    if column.type == "Edm.Boolean":
        return "Yes" if value else "No"
    if column.type in _WHOLE_NUMBERS:
        return f"{value:,}"
    if column.type in _NUMBERS:
        amount = f"{Decimal(value):,.{2 if column.money or column.scale is None else column.scale}f}"
        return f"{_symbol(values, lookups)}{amount}" if column.money else amount
    if column.type in ("Edm.DateTimeOffset", "Edm.Date"):
        return _date(column, str(value))
    return None


def _date(column: Property, value: str) -> str:
    when = moment(value)
    day = f"{when.month}/{when.day}/{when.year}"
    if column.date_format == "DateOnly" or column.type == "Edm.Date":
        return day
    return f"{day} {when.hour % 12 or 12}:{when.minute:02} {'AM' if when.hour < 12 else 'PM'}"


def _symbol(values: Mapping[str, Any], lookups: Lookups) -> str:
    currency = table_named("transactioncurrency")
    identifier = values.get("_transactioncurrencyid_value")
    row = lookups.row(currency, str(identifier)) if currency and identifier else None
    return str(row.values.get("currencysymbol") or DEFAULT_SYMBOL) if row else DEFAULT_SYMBOL
