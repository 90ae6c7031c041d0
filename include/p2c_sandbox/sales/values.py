"""Values of a payload, checked against the column: type, length, options, range; as they are then stored.

Sources: Microsoft docs: Web service error codes; Create a table row using the Web API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from p2c_metadata import EntityType, Property
from p2c_sandbox.literals import shortened
from p2c_sandbox.sales.errors import SalesError, bad_payload, invalid
from p2c_sandbox.sales.rows import wire_time

TOO_LONG = "0x80044331"
OUT_OF_RANGE = "0x8004431a"
DATE_TOO_EARLY = "0x80040239"
EARLIEST_YEAR = 1753
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?")
_INTEGER_BITS = {"Edm.Int16": 15, "Edm.Int32": 31, "Edm.Int64": 63}
_LARGEST_DECIMAL = Decimal(10) ** 15


class _Unfit(Exception):
    """A JSON value of another type than the column's."""


def stored_value(entity: EntityType, column: Property, value: Any) -> Any:
    """A payload's value as the row keeps it. SalesError if the column does not take it; empty text becomes null."""
    if value is None or value == "":
        return None
    try:
        read = _READERS[column.type](column, value)
    except _Unfit:
        literal = shortened(str(value))
        message = f"Cannot convert the literal '{literal}' to the expected type '{column.type}' of '{column.name}'."
        raise bad_payload(entity.entity_set, message) from None
    _check(entity, column, read)
    return read


def _check(entity: EntityType, column: Property, value: Any) -> None:
    if isinstance(value, str) and column.max_length is not None and len(value) > column.max_length:
        raise _too_long(entity, column)
    if column.options and value not in column.options:
        raise _not_an_option(entity, column, value)
    number = isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool))
    if number and not _within(column, value):
        raise invalid(
            OUT_OF_RANGE,
            f"A validation error occurred. The value {value} of '{column.name}' on record of type '{entity.name}' is "
            f"outside the valid range, {column.minimum} to {column.maximum}.",
        )


def _within(column: Property, value: Decimal | int) -> bool:
    above = column.minimum is None or value >= column.minimum
    return above and (column.maximum is None or value <= column.maximum)


def _too_long(entity: EntityType, column: Property) -> SalesError:
    return invalid(
        TOO_LONG,
        f"A validation error occurred. The length of the '{column.name}' attribute of the '{entity.name}' entity "
        f"exceeded the maximum allowed length of '{column.max_length}'.",
    )


def _not_an_option(entity: EntityType, column: Property, value: Any) -> SalesError:
    accepted = ",".join(str(option) for option in column.options)
    return invalid(
        OUT_OF_RANGE,
        f"A validation error occurred. The value {value} of '{column.name}' on record of type '{entity.name}' is "
        f"outside the valid range. Accepted Values: {accepted}",
    )


def _string(_: Property, value: Any) -> str:
    if not isinstance(value, str):
        raise _Unfit
    return value


def _boolean(_: Property, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unfit
    return value


def _integer(column: Property, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2 ** _INTEGER_BITS[column.type]:
        raise _Unfit
    return value


def _decimal(column: Property, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Unfit
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= _LARGEST_DECIMAL:
        raise _Unfit
    return number if column.scale is None else number.quantize(Decimal(1).scaleb(-column.scale))


def _guid(_: Property, value: Any) -> str:
    if not isinstance(value, str) or not _GUID.fullmatch(value):
        raise _Unfit
    return value.lower()


def _instant(_: Property, value: Any) -> str:
    """A time without an offset is taken as UTC (Microsoft docs: Behavior and format of the date and time column)."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise _Unfit
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d", r"\1", value))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Unfit from None
    _check_year(moment.year, value)
    return wire_time(moment)


def _day(_: Property, value: Any) -> str:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise _Unfit
    _check_year(day.year, value)
    return day.isoformat()


def _check_year(year: int, value: str) -> None:
    if year < EARLIEST_YEAR:
        raise invalid(
            DATE_TOO_EARLY,
            f"DateTime is less than minimum value supported by CrmDateTime. Actual value: {value}, Minimum value "
            "supported: 01/01/1753 00:00:00",
        )


_READERS: Mapping[str, Callable[[Property, Any], Any]] = {
    "Edm.String": _string,
    "Edm.Boolean": _boolean,
    "Edm.Int16": _integer,
    "Edm.Int32": _integer,
    "Edm.Int64": _integer,
    "Edm.Decimal": _decimal,
    "Edm.Double": _decimal,
    "Edm.Guid": _guid,
    "Edm.DateTimeOffset": _instant,
    "Edm.Date": _day,
}
