"""Writing one row: create, update, upsert, delete, with the rules of its table.

Sources: Microsoft docs: Use Upsert to Create or Update a record; Perform conditional operations using the Web API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from p2c_metadata import EntityType
from p2c_sandbox.rules import Context, Following, Guarding, RuleViolation
from p2c_sandbox.rules.registry import rules_for
from p2c_sandbox.rules.sales.violations import DUPLICATE_RECORD
from p2c_sandbox.sales.address import RowReference
from p2c_sandbox.sales.call import SYSTEM, Call
from p2c_sandbox.sales.defaults import changed, completed
from p2c_sandbox.sales.errors import INVALID_ARGUMENT, bad_payload, invalid, row_exists, version_mismatch
from p2c_sandbox.sales.keys import check_unique, find_row, missing
from p2c_sandbox.sales.payload import stored_values
from p2c_sandbox.sales.rows import etag, wire_values
from p2c_sandbox.store import KeyExists, Row

ISV_ABORTED = "0x80040265"
# columns of these types have a value whether or not the client sends one
_FILLED_TYPES = ("Edm.Boolean", "Edm.Int32", "Edm.Int64", "Edm.Guid")


@dataclass(frozen=True)
class Written:
    """What a write did."""

    entity: EntityType
    row: Row
    created: bool


def create(call: Call, entity: EntityType, payload: Mapping[str, Any]) -> Written:
    """A new row from a payload, under the id it names or a new one."""
    values = stored_values(call, entity, payload)
    identifier = str(values.pop(entity.key[0], None) or uuid4())
    values = completed(call.transaction, entity, values)
    _apply_rules(call, entity, None, values)
    _check_required(entity, values)
    check_unique(call.transaction, entity, values, None)
    try:
        row = call.transaction.insert(SYSTEM, entity.entity_set, identifier, {entity.key[0]: identifier, **values})
    except KeyExists:
        raise row_exists() from None
    call.record(entity, row.key, "created", {name: (None, value) for name, value in values.items()})
    _follow(call, entity, row)
    return Written(entity, row, created=True)


def update(call: Call, entity: EntityType, row: Row, payload: Mapping[str, Any]) -> Written:
    """A payload's changes to a row. Every update counts as one, though nothing differ: `modifiedon` moves."""
    values = stored_values(call, entity, payload)
    if str(values.pop(entity.key[0], row.key)) != row.key:
        raise bad_payload(entity.entity_set, f"the id in the body is not that of the row, {row.key}.")
    changes = changed(call.transaction, entity, row.values, values)
    ignored = _apply_rules(call, entity, row, changes)
    check_unique(call.transaction, entity, {**row.values, **changes}, row.key)
    differing = {
        name: (row.values.get(name), value) for name, value in changes.items() if row.values.get(name) != value
    }
    updated = call.transaction.update(SYSTEM, entity.entity_set, row.key, changes)
    no_effect = bool(ignored) and not differing
    told = {name: (row.values.get(name), value) for name, value in ignored.items()} if no_effect else differing
    call.record(entity, row.key, "no_effect" if no_effect else "updated", told)
    _follow(call, entity, updated)
    return Written(entity, updated, created=False)


def upsert(call: Call, reference: RowReference, payload: Mapping[str, Any]) -> Written:
    """Update the row that a reference names, or create it; `If-Match` and `If-None-Match` forbid one of the two.

    Of key columns in the body: an update drops them; in a create they win over the values in the address.
    """
    entity = reference.entity
    row = find_row(call.transaction, reference)
    _check_conditions(call, reference, row)
    if row is not None:
        body = {name: value for name, value in payload.items() if name not in reference.key}
        return update(call, entity, row, body)
    return create(call, entity, {**_as_payload(entity, reference), **payload})


def delete(call: Call, reference: RowReference) -> None:
    """Remove a row."""
    row = find_row(call.transaction, reference)
    if row is None:
        raise missing(reference)
    _check_conditions(call, reference, row)
    rules = rules_for(SYSTEM, reference.entity.entity_set)
    if isinstance(rules, Guarding):
        with _refusals():
            rules.delete(Context(call.transaction), wire_values(row))
    call.transaction.delete(SYSTEM, reference.entity.entity_set, row.key)
    call.record(reference.entity, row.key, "deleted", {})


def _check_conditions(call: Call, reference: RowReference, row: Row | None) -> None:
    expected = call.request.headers.get("if-match")
    if call.request.headers.get("if-none-match") == "*" and row is not None:
        raise row_exists()
    if expected is not None and row is None:
        raise missing(reference)
    if expected not in (None, "*") and row is not None and expected != etag(row):
        raise version_mismatch()


def _as_payload(entity: EntityType, reference: RowReference) -> dict[str, Any]:
    """The key values of an address as columns of a new row; a lookup cannot be set this way."""
    return {name: value for name, value in reference.key.items() if not entity.properties[name].lookup_targets}


def _apply_rules(call: Call, entity: EntityType, row: Row | None, values: dict[str, Any]) -> Mapping[str, Any]:
    """Let the table's rules check and change the values in place; what they make the write ignore is returned."""
    rules = rules_for(SYSTEM, entity.entity_set)
    if rules is None:
        return {}
    with _refusals():
        if row is not None:
            return rules.update(Context(call.transaction), wire_values(row), values).values
        rules.create(Context(call.transaction), values)
    return {}


def _follow(call: Call, entity: EntityType, row: Row) -> None:
    rules = rules_for(SYSTEM, entity.entity_set)
    if isinstance(rules, Following):
        with _refusals():
            rules.written(Context(call.transaction), wire_values(row))


@contextmanager
def _refusals() -> Iterator[None]:
    """A broken rule as Dataverse's error."""
    try:
        yield
    except RuleViolation as violation:
        code = next((finding.code for finding in violation.findings if finding.code), ISV_ABORTED)
        raise row_exists(code) if code == DUPLICATE_RECORD else invalid(code, str(violation)) from None


def _check_required(entity: EntityType, values: Mapping[str, Any]) -> None:
    """Only columns the system itself requires are checked: those a form requires are not, through the Web API."""
    for column in entity.properties.values():
        exempt = column.type in _FILLED_TYPES and not column.lookup_targets
        if column.required_level != "systemrequired" or column.read_only or exempt:
            continue
        if values.get(column.name) is None:
            message = f"The required column '{column.name}' of '{entity.name}' has no value."
            raise invalid(INVALID_ARGUMENT, message)
