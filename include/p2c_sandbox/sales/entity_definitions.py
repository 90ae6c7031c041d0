"""`EntityDefinitions`: tables, their columns and keys, read by the query options that metadata takes; keys written too.

Metadata is never paged. Source: Microsoft docs: Query table definitions using the Web API; Define alternate keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from p2c_metadata import EntityType, Model, Property
from p2c_sandbox.literals import shortened
from p2c_sandbox.messages import Response
from p2c_sandbox.query import Scope, parse_expand, parse_filter
from p2c_sandbox.sales.address import Segment
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.definitions import column_definitions, key_definition, table_definition
from p2c_sandbox.sales.errors import bad_payload, bad_query, no_such_resource, no_such_row, wrong_method
from p2c_sandbox.sales.keys import define_key, keys_of, remove_key
from p2c_sandbox.sales.payload import json_object
from p2c_sandbox.sales.reading import check_options
from p2c_sandbox.sales.responses import json_answer

ROOT = "EntityDefinitions"
CAST = "Microsoft.Dynamics.CRM."
_OPTIONS = frozenset({"$select", "$filter", "$expand"})
_EXPANDABLE = ("Attributes", "Keys", "OptionSet", "GlobalOptionSet")
Definition = dict[str, Any]


def answer_definitions(call: Call, segments: Sequence[Segment]) -> Response:
    """Answer a request below `EntityDefinitions`."""
    first, *rest = segments
    if rest and rest[0].name == "Keys" and call.request.method != "GET":
        return _write_key(call, _table(call, first), rest)
    if call.request.method != "GET":
        raise wrong_method(call.request.method)
    if first.key is None:
        return _many(call, [_with_members(call, entity) for entity in call.model.entity_sets.values()], rest)
    definition = _with_members(call, _table(call, first))
    if not rest:
        return _one(call, definition)
    return _members(call, definition, rest)


def _members(call: Call, table: Definition, rest: Sequence[Segment]) -> Response:
    collection = table.get(rest[0].name)
    if rest[0].name not in ("Attributes", "Keys") or not isinstance(collection, list):
        raise no_such_resource(rest[0].name)
    if rest[0].key is not None:
        return _one(call, _named(collection, rest[0].key))
    if len(rest) > 1 and rest[1].name.startswith(CAST):
        collection = [member for member in collection if member.get("@odata.type") == f"#{rest[1].name}"]
        rest = rest[1:]
    return _many(call, collection, rest[1:])


def _with_members(call: Call, entity: EntityType) -> Definition:
    keys = [key_definition(entity, key) for key in keys_of(call.transaction, entity)]
    return {**table_definition(entity), "Attributes": column_definitions(entity), "Keys": keys}


def _many(call: Call, definitions: Iterable[Definition], rest: Sequence[Segment]) -> Response:
    if rest:
        raise no_such_resource(rest[0].name)
    check_options(call, _OPTIONS)
    found = _selected(call, list(definitions), call.parameters)
    return json_answer(200, {"@odata.context": f"{call.root}$metadata#{ROOT}", "value": found})


def _one(call: Call, definition: Definition) -> Response:
    check_options(call, _OPTIONS)
    (shown,) = _selected(
        call, [definition], {name: text for name, text in call.parameters.items() if name != "$filter"}
    )
    return json_answer(200, {"@odata.context": f"{call.root}$metadata#{ROOT}/$entity", **shown})


def _selected(call: Call, definitions: list[Definition], options: Mapping[str, str]) -> list[Definition]:
    if "$filter" in options and definitions:
        accepts = parse_filter(_as_texts(options["$filter"]), _scope(call, definitions))
        definitions = [definition for definition in definitions if accepts(_flat(definition))]
    expands = parse_expand(options["$expand"]) if options.get("$expand") else ()
    names = options["$select"].split(",") if options.get("$select") else None
    shown = []
    for definition in definitions:
        content = _columns(definition, names)
        for expand in expands:
            content[expand.navigation] = _expanded(call, definition, expand.navigation, expand.options)
        shown.append(content)
    return shown


def _columns(definition: Definition, names: list[str] | None) -> Definition:
    if names is None:
        return {name: value for name, value in definition.items() if name not in _EXPANDABLE}
    unknown = next((name for name in names if name.strip() not in definition), None)
    if unknown is not None:
        raise bad_query(f"Could not find a property named '{shortened(unknown)}' on this type of metadata.")
    kind = {"@odata.type": definition["@odata.type"]} if "@odata.type" in definition else {}
    return {
        **kind,
        "MetadataId": definition["MetadataId"],
        **{name.strip(): definition[name.strip()] for name in names},
    }


def _expanded(call: Call, definition: Definition, name: str, options: Mapping[str, str]) -> Any:
    if name not in _EXPANDABLE or name not in definition:
        raise bad_query(f"Could not find a property named '{shortened(name)}' on this type of metadata.")
    member = definition[name]
    if isinstance(member, list):
        return _selected(call, member, options)
    if member is None or "$select" not in options:
        return member
    return {key: member[key] for key in options["$select"].split(",") if key in member}


def _scope(call: Call, definitions: Sequence[Definition]) -> Scope:
    """The flat members of definitions as properties that a filter may name."""
    types = {bool: "Edm.Boolean", int: "Edm.Int32"}
    names = {name: value for definition in definitions for name, value in _flat(definition).items()}
    properties = {name: Property(name, types.get(type(value), "Edm.String")) for name, value in names.items()}
    entity = EntityType("EntityMetadata", ROOT, ("MetadataId",), properties, {}, {})
    return Scope("dataverse", entity, Model(call.model.namespace, {ROOT: entity}, {}))


def _flat(definition: Definition) -> Definition:
    return {name: value for name, value in definition.items() if isinstance(value, str | bool | int)}


def _as_texts(text: str) -> str:
    """Types of attributes are compared as enumerations: `Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'`."""
    return text.replace(f"{CAST}AttributeTypeCode'", "'")


def _named(collection: Iterable[Definition], key: str) -> Definition:
    wanted = key.partition("=")[2].strip("'") if "=" in key else key
    found = next((item for item in collection if wanted in (item["LogicalName"], item["MetadataId"])), None)
    if found is None:
        raise no_such_row("Metadata", shortened(wanted))
    return found


def _table(call: Call, segment: Segment) -> EntityType:
    if segment.key is None:
        raise bad_query("Name the table: EntityDefinitions(LogicalName='account').")
    wanted = _named(map(table_definition, call.model.entity_sets.values()), segment.key)
    return call.model.entity(wanted["LogicalName"])


def _write_key(call: Call, entity: EntityType, rest: Sequence[Segment]) -> Response:
    key = rest[0].key
    if call.request.method == "POST" and key is None:
        return _add_key(call, entity)
    if call.request.method == "DELETE" and key is not None:
        remove_key(call.transaction, entity, key.partition("=")[2].strip("'") if "=" in key else key)
        return Response(204)
    raise wrong_method(call.request.method)


def _add_key(call: Call, entity: EntityType) -> Response:
    content = json_object(call.request.body, ROOT)
    name, columns = content.get("SchemaName"), content.get("KeyAttributes")
    if not isinstance(name, str) or not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
        raise bad_payload(ROOT, "a key needs 'SchemaName' and 'KeyAttributes', a list of column names.")
    key = define_key(call.transaction, entity, name, [_column_name(entity, column) for column in columns])
    location = f"{call.root}{ROOT}(LogicalName='{entity.name}')/Keys({key.identifier})"
    return Response(204, headers={"odata-entityid": location})


def _column_name(entity: EntityType, name: str) -> str:
    """A column of a key; a lookup is named without the marks the wire puts around it."""
    return name if name in entity.properties or f"_{name}_value" not in entity.properties else f"_{name}_value"
