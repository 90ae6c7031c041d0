"""Values as the destination stores them: what to send, and whether a stored value differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from p2c.contract import FieldContract, Kind, UnfitValueError, Value
from p2c.keys import normalised

JsonValue = str | int | bool | Decimal | None

#: F&O has no null: an empty date is the first of January 1900, an empty number 0, an empty text "".
#: Microsoft docs, "Entity modeling for virtual entities".
NULL_DATE = date(1900, 1, 1)
NULLS: Mapping[Kind, JsonValue] = {
    "integer": 0,
    "decimal": 0,
    "datetime": "1900-01-01T00:00:00Z",
    "date": "1900-01-01T12:00:00Z",
}


def differs(wanted: Value, stored: str | None, contract: FieldContract, *, identifier: bool) -> bool:
    """Whether a stored value, as read, is another one; an ``identifier`` is compared without case."""
    if wanted == (stored or None):
        return False
    try:
        found = contract.parse(stored or "")
    except UnfitValueError:
        return True
    if contract.nullable and not isinstance(wanted, str) and not isinstance(found, str):
        return wanted != found
    return _comparable(wanted, identifier=identifier) != _comparable(found, identifier=identifier)


def is_blank(stored: str | None, contract: FieldContract) -> bool:
    """Whether a stored value, as read, stands for null."""
    return not differs(None, stored, contract, identifier=False)


def _comparable(value: Value, *, identifier: bool) -> Value:
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").rstrip()
        return (normalised(text) if identifier else text) or None
    if isinstance(value, datetime):
        return None if value.date() == NULL_DATE else value
    if isinstance(value, date):
        return None if value == NULL_DATE else value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value or None
    return value


def on_the_wire(value: Value, contract: FieldContract) -> JsonValue:
    """The JSON value that stores ``value``; where a field knows no null, what F&O stores for it."""
    if value is None:
        return None if contract.nullable else NULLS.get(contract.kind, "")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat() if contract.nullable else f"{value.isoformat()}T12:00:00Z"
    return value
