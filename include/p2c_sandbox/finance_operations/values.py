"""Values of F&O fields: what a JSON body may hold, what is stored, what an empty field shows.

X++ knows no null: an empty string is "", an empty number 0, an empty date 1900-01-01, an empty enumeration its first
member. Source: Microsoft docs, Open Data Protocol; Entity modeling for virtual entities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from p2c_metadata import EntityType, Property
from p2c_sandbox.finance_operations.errors import bad_request

DECIMAL_PLACES = 6
EMPTY_DATE = "1900-01-01T12:00:00Z"
EMPTY_MOMENT = "1900-01-01T00:00:00Z"
LAST_YEAR = 2154
_INTEGER_BITS = {"Edm.Int16": 15, "Edm.Int32": 31, "Edm.Int64": 63}


class ValueTooLong(ValueError):
    """A string over the length of its field."""

    def __init__(self, field: Property, length: int) -> None:
        self.field, self.length = field, length
        super().__init__(f"The value in field '{field.name}' has {length} characters; at most {field.max_length} fit.")


def empty_value(field: Property) -> Any:
    """What a field shows that nobody filled."""
    if field.enum is not None:
        return min(field.enum.members, key=field.enum.members.__getitem__)
    if field.type == "Edm.DateTimeOffset":
        return EMPTY_MOMENT if field.date_format == "DateAndTime" else EMPTY_DATE
    empty: Mapping[str, Any] = {"Edm.String": "", "Edm.Boolean": False, "Edm.Guid": str(UUID(int=0))}
    return empty.get(field.type, 0)


#: Of each entity set its properties and what they show empty, worked out anew when the properties are others.
_EMPTY_ROWS: dict[str, tuple[Mapping[str, Property], Mapping[str, Any]]] = {}


def _empty_row(entity: EntityType) -> Mapping[str, Any]:
    known = _EMPTY_ROWS.get(entity.entity_set)
    if known is None or known[0] is not entity.properties:
        empty = {name: empty_value(field) for name, field in entity.properties.items()}
        known = _EMPTY_ROWS[entity.entity_set] = (entity.properties, empty)
    return known[1]


def completed(entity: EntityType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Every property of the entity in order, those without a value empty."""
    return {name: values.get(name, empty) for name, empty in _empty_row(entity).items()}


def body_values(entity: EntityType, content: Any) -> dict[str, Any]:
    """The stored form of a JSON body's members. FinanceOperationsError (400) on a wrong name or type.

    ValueTooLong if a string does not fit. A null string is left out: F&O cannot clear a field by null.
    """
    if not isinstance(content, dict):
        raise bad_request("The request body must be a JSON object.")
    members = {name: value for name, value in content.items() if "@" not in name}
    for name in (name for name in content if name.endswith("@odata.bind")):
        raise bad_request(f"'{name}': links are not supported; set the field that holds the id.")
    values = {name: stored_value(_field(entity, name), value) for name, value in members.items()}
    return {name: value for name, value in values.items() if value is not None}


def stored_value(field: Property, value: Any) -> Any:
    """The stored form of one JSON value, None for a null string. Errors as `body_values`."""
    if value is None and field.type == "Edm.String":
        return None
    reader = _enum_member if field.enum is not None else _READERS.get(field.type)
    if reader is None or value is None:
        raise _conversion(field, value)
    return reader(field, value)


def _field(entity: EntityType, name: str) -> Property:
    field = entity.properties.get(name)
    if field is None:
        raise bad_request(
            f"The property '{name}' does not exist on type 'Microsoft.Dynamics.DataEntities.{entity.name}'. "
            "Make sure to only use property names that are defined by the type."
        )
    return field


def _conversion(field: Property, value: Any) -> Exception:
    shown = str(value)[:80]
    return bad_request(f"Cannot convert the literal '{shown}' to the expected type '{field.type}' of '{field.name}'.")


def _string(field: Property, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise _conversion(field, value)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _conversion(field, ascii(value)) from None
    text = value.replace("\r\n", "\n").replace("\r", "\n").rstrip(" ")
    if field.max_length is not None and len(text) > field.max_length:
        raise ValueTooLong(field, len(text))
    return text


def _enum_member(field: Property, value: Any) -> str:
    if field.enum is None or not isinstance(value, str) or value not in field.enum.members:
        raise _conversion(field, value)
    return value


def _decimal(field: Property, value: Any) -> Decimal:
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is None or abs(number) >= Decimal(10) ** 16:
        raise _conversion(field, value)
    places = DECIMAL_PLACES if field.scale is None else field.scale
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _integer(field: Property, value: Any) -> int:
    limit = 2 ** _INTEGER_BITS[field.type]
    if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
        raise _conversion(field, value)
    return value


def _boolean(field: Property, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _conversion(field, value)
    return value


def _guid(field: Property, value: Any) -> str:
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise _conversion(field, value) from None


def _moment(field: Property, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _conversion(field, value) from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if not 1900 <= moment.year <= LAST_YEAR:
        raise _conversion(field, value)
    if field.date_format != "DateAndTime":
        moment = datetime.combine(moment.date(), time(12), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_READERS: Mapping[str, Callable[[Property, Any], Any]] = {
    "Edm.String": _string,
    "Edm.Decimal": _decimal,
    "Edm.Int16": _integer,
    "Edm.Int32": _integer,
    "Edm.Int64": _integer,
    "Edm.Boolean": _boolean,
    "Edm.Guid": _guid,
    "Edm.DateTimeOffset": _moment,
}
