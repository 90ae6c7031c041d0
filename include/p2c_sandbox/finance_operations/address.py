"""What an F&O address names: `CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')`, a collection, a count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from p2c_metadata import EntityType, Model, Property, UnknownName
from p2c_sandbox.addresses import FINANCE_OPERATIONS_ROOT
from p2c_sandbox.finance_operations.errors import bad_request, not_found
from p2c_sandbox.messages import decode

_SEGMENT = re.compile(r"^([A-Za-z_]\w*)(?:\((.*)\))?$", re.DOTALL)
_PART = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|[^,']+'[^']*'|[^,']+)\s*(?:,|$)", re.DOTALL)


@dataclass(frozen=True)
class Address:
    """A collection (`key` is None), a row, or the collection's count."""

    entity: EntityType
    key: dict[str, Any] | None = None
    count: bool = False


def parse_address(model: Model, path: str) -> Address:
    """Read a percent-encoded path below `/data`. FinanceOperationsError if it names nothing (404) or badly (400)."""
    first, *rest = path.removeprefix(FINANCE_OPERATIONS_ROOT).strip("/").split("/")
    match = _SEGMENT.match(decode(first))
    if match is None:
        raise bad_request(f"The address '{decode(path)}' cannot be read.")
    entity = _entity(model, match.group(1), path)
    key = None if match.group(2) is None else parse_key(entity, match.group(2))
    if rest == ["$count"] and key is None:
        return Address(entity, count=True)
    if rest:
        raise not_found(f"Resource not found for the segment '{decode(rest[0])}'.")
    return Address(entity, key)


def parse_key(entity: EntityType, text: str) -> dict[str, Any]:
    """Key values by name, all of the entity's key properties. FinanceOperationsError (400) otherwise."""
    values: dict[str, Any] = {}
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None or match.group(1) in values:
            raise _bad_key(entity)
        values[match.group(1)] = match.group(2).strip()
        position = match.end()
    if set(values) != set(entity.key):
        raise _bad_key(entity)
    return {name: _key_value(entity.properties[name], values[name], entity) for name in entity.key}


def written_key(entity: EntityType, values: Mapping[str, Any]) -> str:
    """Key values as an address holds them, percent-encoded."""
    return ",".join(f"{name}={_written(entity.properties[name], values[name])}" for name in entity.key)


def _written(field: Property, value: Any) -> str:
    if field.enum is not None:
        return quote(f"{field.type}'{value}'", safe="'")
    if field.type == "Edm.String":
        return quote("'" + str(value).replace("'", "''") + "'", safe="'")
    return quote(str(value), safe="")


def _entity(model: Model, name: str, path: str) -> EntityType:
    try:
        return model.entity_set(name)
    except UnknownName:
        raise not_found(f"No HTTP resource was found that matches the request URI '{decode(path)}'.") from None


def _bad_key(entity: EntityType) -> Exception:
    return bad_request(
        f"The key of {entity.entity_set} must name each of {', '.join(entity.key)} once, as in "
        f"{entity.entity_set}({','.join(f'{name}=...' for name in entity.key)})."
    )


def _key_value(field: Property, text: str, entity: EntityType) -> Any:
    if field.enum is not None:
        return _enum_value(field, text, entity)
    quoted = text.startswith("'")
    if field.type == "Edm.String" and quoted:
        return text[1:-1].replace("''", "'").rstrip(" ")
    if field.type.startswith("Edm.Int") and re.fullmatch(r"-?\d{1,19}", text):
        return int(text)
    if field.type == "Edm.DateTimeOffset" and not quoted:
        return text
    raise _bad_key(entity)


def _enum_value(field: Property, text: str, entity: EntityType) -> str:
    member = text.removeprefix(field.type).strip("'")
    if field.enum is None or not text.startswith(field.type) or member not in field.enum.members:
        raise _bad_key(entity)
    return member
