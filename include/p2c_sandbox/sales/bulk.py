"""CreateMultiple, UpdateMultiple, UpsertMultiple: many rows in one call and one transaction.

Source: Microsoft docs: Use bulk operation messages; Use UpsertMultiple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from p2c_metadata import EntityType
from p2c_sandbox.messages import Response
from p2c_sandbox.sales.address import RowReference, parse_reference
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.errors import bad_payload, no_such_resource
from p2c_sandbox.sales.keys import require_row
from p2c_sandbox.sales.payload import json_object
from p2c_sandbox.sales.responses import json_answer
from p2c_sandbox.sales.writing import create, update, upsert

ACTION_PREFIX = "Microsoft.Dynamics.CRM."
Target = Mapping[str, Any]


def carry_out(call: Call, entity: EntityType, action: str) -> Response:
    """Carry out an action on `Targets`; the first error ends it, and the caller's transaction undoes it whole."""
    operation = _ACTIONS.get(action.removeprefix(ACTION_PREFIX))
    if operation is None or not action.startswith(ACTION_PREFIX):
        raise no_such_resource(action)
    return operation(call, entity, _targets(call, entity))


def _targets(call: Call, entity: EntityType) -> list[Target]:
    content = json_object(call.request.body, entity.entity_set)
    targets = content.get("Targets")
    if set(content) != {"Targets"} or not isinstance(targets, list) or not targets:
        raise bad_payload(entity.entity_set, "the body must hold 'Targets', a list of at least one row.")
    expected = f"{ACTION_PREFIX}{entity.name}"
    for number, target in enumerate(targets):
        if not isinstance(target, dict) or str(target.get("@odata.type", "")).lstrip("#") != expected:
            message = f"target {number} must be an object whose '@odata.type' is '{expected}'."
            raise bad_payload(entity.entity_set, message)
    return targets


def _create_multiple(call: Call, entity: EntityType, targets: Sequence[Target]) -> Response:
    identifiers = [create(call, entity, target).row.key for target in targets]
    context = f"{call.root}$metadata#{ACTION_PREFIX}CreateMultipleResponse"
    return json_answer(200, {"@odata.context": context, "Ids": identifiers})


def _update_multiple(call: Call, entity: EntityType, targets: Sequence[Target]) -> Response:
    for target in targets:
        reference = _reference(call, entity, target)
        update(call, entity, require_row(call.transaction, reference), _without(target, reference))
    return Response(204)


def _upsert_multiple(call: Call, entity: EntityType, targets: Sequence[Target]) -> Response:
    for target in targets:
        upsert(call, _reference(call, entity, target), target)
    return Response(204)


def _reference(call: Call, entity: EntityType, target: Target) -> RowReference:
    """The row a target means: by `@odata.id`, else by its primary key column."""
    named, primary = target.get("@odata.id"), entity.key[0]
    if isinstance(named, str):
        reference = parse_reference(named, call.model)
        if reference.entity.name != entity.name:
            raise bad_payload(entity.entity_set, f"'{named[:120]}' names a row of another table.")
        return reference
    identifier = target.get(primary)
    if not isinstance(identifier, str):
        raise bad_payload(entity.entity_set, f"a target must name its row by '{primary}' or by '@odata.id'.")
    return parse_reference(f"{entity.entity_set}({identifier})", call.model)


def _without(target: Target, reference: RowReference) -> dict[str, Any]:
    return {name: value for name, value in target.items() if name not in reference.key}


_ACTIONS: Mapping[str, Callable[[Call, EntityType, Sequence[Target]], Response]] = {
    "CreateMultiple": _create_multiple,
    "UpdateMultiple": _update_multiple,
    "UpsertMultiple": _upsert_multiple,
}
