"""`RetrieveMetadataChanges`: definitions of some tables with the members that a query names, in one answer.

Every answer is whole: version stamps are given but not taken. Source: Microsoft docs: Query schema definitions;
RetrieveMetadataChanges Function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from p2c_metadata import EntityType
from p2c_sandbox.messages import Response
from p2c_sandbox.sales.address import Segment
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.definitions import column_definitions, table_definition
from p2c_sandbox.sales.errors import bad_query
from p2c_sandbox.sales.responses import json_answer

NAME = "RetrieveMetadataChanges"
Definition = dict[str, Any]


class _Value(msgspec.Struct, rename="pascal"):
    type: str
    value: Any


class _Condition(msgspec.Struct, rename="pascal"):
    property_name: str
    condition_operator: str
    value: _Value


class _Criteria(msgspec.Struct, rename="pascal", frozen=True):
    filter_operator: str = "And"
    conditions: tuple[_Condition, ...] = ()


class _Properties(msgspec.Struct, rename="pascal"):
    property_names: list[str] = []
    all_properties: bool = False


class _Query(msgspec.Struct, rename="pascal"):
    properties: _Properties
    criteria: _Criteria = _Criteria()
    attribute_query: _Query | None = None
    relationship_query: _Query | None = None


def retrieve_metadata_changes(call: Call, segment: Segment) -> Response:
    """Answer `RetrieveMetadataChanges(Query=@p)?@p={...}`. SalesError if the query cannot be read."""
    query = _query(call, segment)
    tables = [
        _table(entity, query)
        for entity in call.model.entity_sets.values()
        if _accepts(query.criteria, table_definition(entity))
    ]
    context = f"{call.root}$metadata#Microsoft.Dynamics.CRM.{NAME}Response"
    stamp = f"{call.transaction.last_version()}!{call.service.clock.now():%m/%d/%Y %H:%M:%S}"
    return json_answer(
        200,
        {
            "@odata.context": context,
            "ServerVersionStamp": stamp,
            "DeletedMetadata": None,
            "EntityMetadata": tables,
        },
    )


def _query(call: Call, segment: Segment) -> _Query:
    name, _, alias = (segment.key or "").partition("=")
    text = call.parameters.get(alias, "")
    try:
        query = msgspec.json.decode(text, type=_Query)
    except msgspec.DecodeError as error:
        raise bad_query(f"{NAME} needs Query=@p and @p=<EntityQueryExpression>: {error}") from None
    if name != "Query":
        raise bad_query(f"{NAME} has no parameter '{name[:40]}' here.")
    expected = {"Attributes": query.attribute_query, "ManyToOneRelationships": query.relationship_query}
    missing = next((n for n, part in expected.items() if part and n not in query.properties.property_names), None)
    if missing:
        raise bad_query(f"The query of {missing} needs {missing} among the properties of the entity.")
    return query


def _accepts(criteria: _Criteria, definition: Definition) -> bool:
    if not criteria.conditions:
        return True
    results = [_holds(condition, definition) for condition in criteria.conditions]
    return any(results) if criteria.filter_operator == "Or" else all(results)


def _holds(condition: _Condition, definition: Definition) -> bool:
    if condition.condition_operator != "Equals" or condition.property_name not in definition:
        raise bad_query(f"A condition {condition.condition_operator} on {condition.property_name[:40]} is not offered.")
    return bool(definition[condition.property_name] == condition.value.value)


def _table(entity: EntityType, query: _Query) -> Definition:
    members = {
        **table_definition(entity),
        "Attributes": _selected(column_definitions(entity), query.attribute_query),
        "ManyToOneRelationships": _selected(_relationships(entity), query.relationship_query),
    }
    return _with_names(members, query.properties)


def _relationships(entity: EntityType) -> list[Definition]:
    return [
        {
            "MetadataId": None,
            "ReferencingEntity": entity.name,
            "ReferencingAttribute": link.property.removeprefix("_").removesuffix("_value"),
            "ReferencingEntityNavigationPropertyName": link.name,
            "ReferencedEntity": link.target,
        }
        for link in entity.navigation.values()
        if link.target != "principal"
    ]


def _selected(definitions: Sequence[Definition], query: _Query | None) -> list[Definition]:
    if query is None:
        return list(definitions)
    return [_with_names(definition, query.properties) for definition in definitions]


def _with_names(definition: Mapping[str, Any], properties: _Properties) -> Definition:
    """Members that were not asked for, and those that a kind of column does not have, are left out."""
    wanted = definition if properties.all_properties else properties.property_names
    kept = ("@odata.type", "MetadataId", "LogicalName")
    return {name: value for name, value in definition.items() if name in wanted or name in kept}
