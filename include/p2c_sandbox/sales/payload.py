"""Bodies of writes: JSON read, names checked, values and lookups turned into what the row keeps.

Source: Microsoft docs: Create a table row using the Web API; Associate and disassociate table rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from p2c_metadata import EntityType, NavigationProperty
from p2c_sandbox.sales.address import RowReference, parse_reference
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.errors import bad_payload, bad_query
from p2c_sandbox.sales.keys import require_row
from p2c_sandbox.sales.rows import LOOKUP_TABLE
from p2c_sandbox.sales.values import stored_value

BIND = "@odata.bind"
_CONTENT_REFERENCE = re.compile(r"/?\$(\w+)")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def json_object(body: bytes, entity_set: str) -> dict[str, Any]:
    """A body that must be a JSON object, numbers with a fraction as Decimal."""
    try:
        content = _decode(body)
    except (msgspec.DecodeError, RecursionError, ArithmeticError, ValueError) as error:
        raise bad_payload(entity_set, f"the body is not valid JSON: {error}") from None
    if not isinstance(content, dict):
        raise bad_payload(entity_set, "the body must be a JSON object.")
    return content


def stored_values(call: Call, entity: EntityType, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a payload sets, by column; columns that the platform keeps are passed over. SalesError if unfit."""
    stored: dict[str, Any] = {}
    for name, value in payload.items():
        if name.endswith(BIND):
            stored |= _bound(call, entity, name.removesuffix(BIND), value)
        elif "@" in name:
            _check_annotation(entity, name)
        elif name in entity.navigation:
            stored |= _cleared(entity, entity.navigation[name], value)
        else:
            stored |= _column(entity, name, value)
    return stored


def _column(entity: EntityType, name: str, value: Any) -> dict[str, Any]:
    column = entity.properties.get(name)
    if column is None:
        message = f"Invalid property '{name[:80]}' was found in entity 'Microsoft.Dynamics.CRM.{entity.name}'."
        raise bad_payload(entity.entity_set, message)
    if column.lookup_targets:
        message = f"direct update of the lookup '{name}' is not supported; use its navigation property with {BIND}."
        raise bad_payload(entity.entity_set, message)
    read = stored_value(entity, column, value)
    return {} if column.read_only else {name: read}


def _check_annotation(entity: EntityType, name: str) -> None:
    """Control information and annotations of columns may stand in a body and mean nothing there."""
    base = name.partition("@")[0]
    if base and base not in entity.properties and base not in entity.navigation:
        raise _undeclared(entity, base)


def _cleared(entity: EntityType, link: NavigationProperty, value: Any) -> dict[str, Any]:
    if value is not None:
        raise bad_payload(entity.entity_set, f"rows within rows are not offered here: bind '{link.name}' with {BIND}.")
    return {link.property: None, f"{link.property}@{LOOKUP_TABLE}": None}


def _bound(call: Call, entity: EntityType, name: str, value: Any) -> dict[str, Any]:
    link = entity.navigation.get(name)
    if link is None:
        raise _undeclared(entity, name)
    if value is None:
        return _cleared(entity, link, None)
    if not isinstance(value, str):
        raise bad_payload(entity.entity_set, f"'{name}{BIND}' must be a reference to a row.")
    reference = parse_reference(resolved(call, value), call.model)
    _check_target(entity, link, reference)
    row = require_row(call.transaction, reference)
    return {link.property: row.key, f"{link.property}@{LOOKUP_TABLE}": reference.entity.name}


def resolved(call: Call, text: str) -> str:
    """A reference with the Content-ID of its change set, if it is one, replaced by the row created under it."""
    match = _CONTENT_REFERENCE.fullmatch(text)
    if match is None:
        return text
    if match[1] not in call.references:
        raise bad_query(f"Content-ID Reference: '${match[1]}' does not exist in the batch context.")
    return call.references[match[1]]


def _check_target(entity: EntityType, link: NavigationProperty, reference: RowReference) -> None:
    targets = entity.properties[link.property].lookup_targets if link.target == "principal" else (link.target,)
    if reference.entity.name not in targets:
        message = f"'{link.name}{BIND}' takes a row of {' or '.join(targets)}, not of {reference.entity.name}."
        raise bad_payload(entity.entity_set, message)


def _undeclared(entity: EntityType, name: str) -> Exception:
    return bad_payload(
        entity.entity_set,
        f"An undeclared property '{name[:80]}' which only has property annotations in the payload but no property "
        "value was found in the payload. In OData, only declared navigation properties and declared named streams can "
        "be represented as properties without values.",
    )
