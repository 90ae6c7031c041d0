"""What the platform fills on its own: defaults, states, owners, numbers. Source: Microsoft docs: table references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from p2c_metadata import EntityType
from p2c_sandbox.rules.sales.autonumbers import autonumber
from p2c_sandbox.sales.call import SYSTEM
from p2c_sandbox.sales.errors import invalid
from p2c_sandbox.sales.identity import identity, root_business_unit
from p2c_sandbox.sales.rows import LOOKUP_TABLE, table_named
from p2c_sandbox.store import Transaction

INVALID_STATUS = "0x80048408"
OWNER, BUSINESS_UNIT = "_ownerid_value", "_owningbusinessunit_value"
_NUMBERED: Mapping[str, str] = {"quotenumber": "QUO", "ordernumber": "ORD", "invoicenumber": "INV"}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "Edm.Boolean": lambda text: text == "true",
    "Edm.Int32": int,
}


def completed(transaction: Transaction, entity: EntityType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new row with all that the platform adds; those given stay."""
    row = _declared_defaults(entity) | dict(values)
    row = {**row, **_state(entity, row)}
    if OWNER in entity.properties:
        row = {**row, **_owner(transaction, entity, row)}
    for name, prefix in _NUMBERED.items():
        if name in entity.properties and row.get(name) is None:
            row[name] = autonumber(transaction, prefix)
    return row


def changed(
    transaction: Transaction, entity: EntityType, current: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The changes to a row with those that follow from them: status with state, business unit with owner."""
    following = dict(changes)
    if "statecode" in changes or "statuscode" in changes:
        following |= _changed_state(entity, current, changes)
    if changes.get(OWNER) is not None:
        following[BUSINESS_UNIT] = _business_unit(transaction, changes)
    return following


def _declared_defaults(entity: EntityType) -> dict[str, Any]:
    return {
        column.name: _READERS.get(column.type, str)(column.default)
        for column in entity.properties.values()
        if column.default is not None
    }


def _state(entity: EntityType, row: Mapping[str, Any]) -> dict[str, Any]:
    if "statecode" not in entity.properties:
        return {}
    state = row.get("statecode")
    state = 0 if state is None else state
    status = row.get("statuscode")
    return {"statecode": state, "statuscode": _status(entity, state) if status is None else status}


def _changed_state(entity: EntityType, current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    state = changes.get("statecode", current.get("statecode"))
    moved = state != current.get("statecode")
    status = changes.get("statuscode", _status(entity, state) if moved else current.get("statuscode"))
    states = entity.properties["statuscode"].states
    if status is not None and states and states.get(status) != state:
        label = entity.properties["statecode"].options.get(state, state)
        message = f"{status} is not a valid status code for state code {entity.name}State.{label}"
        raise invalid(INVALID_STATUS, f"{message} on {entity.name}.")
    return {"statecode": state, "statuscode": status}


def _status(entity: EntityType, state: int) -> int | None:
    """The status reason a row gets with a state: the declared one, else the first of that state."""
    declared = entity.properties["statecode"].default_status.get(state)
    if declared is not None:
        return declared
    states = entity.properties["statuscode"].states if "statuscode" in entity.properties else {}
    return next((status for status, of_state in states.items() if of_state == state), None)


def _owner(transaction: Transaction, entity: EntityType, row: Mapping[str, Any]) -> dict[str, Any]:
    owner: dict[str, Any] = {}
    if row.get(OWNER) is None:
        owner = {OWNER: identity(transaction).user, f"{OWNER}@{LOOKUP_TABLE}": "systemuser"}
    if BUSINESS_UNIT in entity.properties and row.get(BUSINESS_UNIT) is None:
        owner[BUSINESS_UNIT] = _business_unit(transaction, {**row, **owner})
    return owner


def _business_unit(transaction: Transaction, row: Mapping[str, Any]) -> str:
    """The business unit of a row's owner; the root one if the owner is not known."""
    table = table_named(str(row.get(f"{OWNER}@{LOOKUP_TABLE}", "systemuser")))
    owner = transaction.get(SYSTEM, table.entity_set, str(row[OWNER]).lower()) if table else None
    unit = owner.values.get("_businessunitid_value") if owner else None
    return str(unit) if unit else root_business_unit(transaction)
