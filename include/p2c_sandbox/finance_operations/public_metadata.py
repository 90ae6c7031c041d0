"""F&O's metadata service at `/metadata`: public entities and public enumerations, one at a time or by entity set.

Source: Microsoft docs, Service endpoints overview (metadata service); shapes as public clients read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from p2c_metadata import EntityType, EnumType, Model, Property
from p2c_sandbox.addresses import FINANCE_OPERATIONS_METADATA
from p2c_sandbox.finance_operations.errors import FinanceOperationsError, bad_request, json_headers, not_found
from p2c_sandbox.messages import Request, Response, decode, query_parameters

_ADDRESS = re.compile(r"(?P<collection>PublicEntities|PublicEnumerations)(?:\((?:Name=)?'(?P<name>\w+)'\))?", re.I)
_BY_ENTITY_SET = re.compile(r"\s*EntitySetName\s+eq\s+'(\w+)'\s*")
_DATA_TYPES: Mapping[str, str] = {
    "Edm.String": "String",
    "Edm.Decimal": "Real",
    "Edm.DateTimeOffset": "UtcDateTime",
    "Edm.Guid": "Guid",
    "Edm.Int32": "Int32",
    "Edm.Int64": "Int64",
}


def answer_metadata(model: Model, request: Request) -> Response:
    """Answer a GET below `/metadata`. FinanceOperationsError if it asks for what there is not."""
    if request.method != "GET":
        message = f"The requested resource does not support http method '{request.method}'."
        raise FinanceOperationsError(HTTPStatus.METHOD_NOT_ALLOWED, message)
    match = _ADDRESS.fullmatch(decode(request.path)[len(FINANCE_OPERATIONS_METADATA) :].strip("/"))
    if match is None:
        raise not_found(f"No HTTP resource was found that matches the request URI '{decode(request.path)}'.")
    enumerations = match["collection"].lower() == "publicenumerations"
    known = _enumerations(model) if enumerations else _entities(model)
    if match["name"] is None:
        return _json(request, {"value": _filtered(known, query_parameters(request.query), enumerations)})
    if match["name"] not in known:
        raise not_found(f"The {'enumeration' if enumerations else 'entity'} '{match['name']}' was not found.")
    return _json(request, known[match["name"]])


def _filtered(known: Mapping[str, Any], options: Mapping[str, str], enumerations: bool) -> list[Any]:
    if "$filter" not in options:
        return list(known.values())
    match = _BY_ENTITY_SET.fullmatch(options["$filter"])
    if match is None or enumerations:
        raise bad_request("Only a $filter of public entities by EntitySetName is offered here.")
    return [entity for entity in known.values() if entity["EntitySetName"] == match[1]]


def _json(request: Request, content: Mapping[str, Any]) -> Response:
    context = {"@odata.context": f"{request.origin}{FINANCE_OPERATIONS_METADATA}/$metadata"}
    return Response(HTTPStatus.OK, json.dumps(context | dict(content)).encode(), json_headers())


def _entities(model: Model) -> dict[str, Any]:
    return {entity.name: _entity(entity) for entity in model.entity_sets.values()}


def _entity(entity: EntityType) -> dict[str, Any]:
    return {
        "Name": entity.name,
        "EntitySetName": entity.entity_set,
        "LabelId": "",
        "IsReadOnly": False,
        "ConfigurationEnabled": True,
        "Properties": [_property(field, entity) for field in entity.properties.values()],
        "NavigationProperties": [],
        "Actions": [],
    }


def _property(field: Property, entity: EntityType) -> dict[str, Any]:
    """A property; the metadata service states no length."""
    return {
        "Name": field.name,
        "TypeName": field.type,
        "DataType": "Enum" if field.enum else _DATA_TYPES.get(field.type, field.type),
        "LabelId": "",
        "IsKey": field.name in entity.key,
        "IsMandatory": field.required_for_import,
        "ConfigurationEnabled": True,
        "AllowEdit": not field.read_only,
        "AllowEditOnCreate": not field.read_only,
        "IsDimension": False,
        "IsDynamicDimension": False,
    }


def _enumerations(model: Model) -> dict[str, Any]:
    return {enum.name: _enumeration(enum) for enum in model.enums.values()}


def _enumeration(enum: EnumType) -> dict[str, Any]:
    members = [
        {"Name": name, "Value": value, "LabelId": "", "ConfigurationEnabled": True}
        for name, value in enum.members.items()
    ]
    return {"Name": enum.name, "LabelId": "", "Members": members}
