"""Requests that write one row: bodies, conditions and answers."""

from __future__ import annotations

from collections.abc import Sequence

from p2c_metadata import EntityType
from p2c_sandbox.messages import Response
from p2c_sandbox.sales.address import RowReference
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.errors import bad_payload, no_such_resource, wrong_method
from p2c_sandbox.sales.keys import require_row
from p2c_sandbox.sales.payload import BIND, json_object
from p2c_sandbox.sales.reading import ROW_OPTIONS, applied, check_options, shown
from p2c_sandbox.sales.writing import Written, create, delete, update, upsert


def create_row(call: Call, entity: EntityType) -> Response:
    """`POST accounts`: 204, or 201 with the row if the client prefers it."""
    check_options(call, ROW_OPTIONS)
    written = create(call, entity, json_object(call.request.body, entity.entity_set))
    address = f"{call.root}{entity.entity_set}({written.row.key})"
    if call.preferences.representation:
        answer = shown(call, entity, written.row, 201)
        return Response(201, answer.body, {**answer.headers, "location": address})
    return Response(204, headers={"odata-entityid": address, "location": address, **applied(call)})


def upsert_row(call: Call, reference: RowReference) -> Response:
    """`PATCH accounts(...)`: 204 with the address as the client wrote it, or 201 or 200 with the row."""
    check_options(call, ROW_OPTIONS)
    written = upsert(call, reference, json_object(call.request.body, reference.entity.entity_set))
    if call.preferences.representation:
        return _representation(call, written)
    address = f"{call.request.origin}{call.request.path}"
    return Response(204, headers={"odata-entityid": address, **applied(call)})


def delete_row(call: Call, reference: RowReference) -> Response:
    """`DELETE accounts(...)`: 204."""
    check_options(call, frozenset())
    delete(call, reference)
    return Response(204)


def set_member(call: Call, reference: RowReference, names: Sequence[str]) -> Response:
    """`PUT` or `DELETE` of `accounts(...)/name`, or of `accounts(...)/primarycontactid/$ref`: 204."""
    entity, method = reference.entity, call.request.method
    if method not in ("PUT", "DELETE"):
        raise wrong_method(method)
    row = require_row(call.transaction, reference)
    member = "value"
    if len(names) == 2 and names[1] == "$ref" and names[0] in entity.navigation:
        member, name = "@odata.id", f"{names[0]}{BIND}"
    elif len(names) == 1 and names[0] in entity.properties:
        name = names[0]
    else:
        raise no_such_resource(names[-1])
    update(call, entity, row, {name: _member_value(call, entity, member) if method == "PUT" else None})
    return Response(204)


def _member_value(call: Call, entity: EntityType, member: str) -> object:
    content = json_object(call.request.body, entity.entity_set)
    if member not in content:
        raise bad_payload(entity.entity_set, f"the body must hold '{member}'.")
    return content[member]


def _representation(call: Call, written: Written) -> Response:
    return shown(call, written.entity, written.row, 201 if written.created else 200)
