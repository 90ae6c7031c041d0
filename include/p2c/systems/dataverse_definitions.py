"""Tables of a Sales environment as they are now, in one short request instead of the whole ``$metadata``.

Sources: Microsoft docs, "Query schema definitions"; "RetrieveMetadataChanges Function"; "AttributeTypeCode EnumType".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from p2c.errors import RequestRefusedError
from p2c_metadata import EntityType, Model, NavigationProperty, Property

if TYPE_CHECKING:
    from p2c.systems.odata.session import ODataSession

LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})
#: Edm types by the kind of a column; what is no column of the wire protocol, such as Virtual, is left out.
TYPES: Mapping[str, str] = {
    "BigInt": "Edm.Int64",
    "Boolean": "Edm.Boolean",
    "DateTime": "Edm.DateTimeOffset",
    "Decimal": "Edm.Decimal",
    "Double": "Edm.Double",
    "EntityName": "Edm.String",
    "Integer": "Edm.Int32",
    "Memo": "Edm.String",
    "Money": "Edm.Decimal",
    "Picklist": "Edm.Int32",
    "State": "Edm.Int32",
    "Status": "Edm.Int32",
    "String": "Edm.String",
    "Uniqueidentifier": "Edm.Guid",
    **dict.fromkeys(LOOKUPS, "Edm.Guid"),
}
_COLUMNS = ("LogicalName", "AttributeType", "MaxLength", "OptionSet", "Targets", "DateTimeBehavior")
_LINKS = ("ReferencingAttribute", "ReferencingEntityNavigationPropertyName", "ReferencedEntity")
_TABLES = ("LogicalName", "EntitySetName", "PrimaryIdAttribute", "Attributes", "ManyToOneRelationships")


class _Text(msgspec.Struct, rename="pascal"):
    label: str | None = None


class _Label(msgspec.Struct, rename="pascal"):
    user_localized_label: _Text | None = None


class _Option(msgspec.Struct, rename="pascal"):
    value: int
    label: _Label | None = None


class _OptionSet(msgspec.Struct, rename="pascal"):
    options: list[_Option] = []


class _Behavior(msgspec.Struct, rename="pascal"):
    value: str | None = None


class _Column(msgspec.Struct, rename="pascal"):
    logical_name: str
    attribute_type: str | None = None
    max_length: int | None = None
    option_set: _OptionSet | None = None
    targets: list[str] | None = None
    date_time_behavior: _Behavior | None = None


class _Link(msgspec.Struct, rename="pascal"):
    referencing_attribute: str
    referenced_entity: str
    referencing_entity_navigation_property_name: str | None = None


class _Table(msgspec.Struct, rename="pascal"):
    logical_name: str
    entity_set_name: str | None
    primary_id_attribute: str
    attributes: list[_Column]
    many_to_one_relationships: list[_Link] = []


class _Answer(msgspec.Struct, rename="pascal"):
    entity_metadata: list[_Table]


def described(session: ODataSession, entity_sets: Iterable[str], shipped: Model) -> Model:
    """``shipped`` in which ``entity_sets`` are as the environment has them; one that it lacks is left out.

    What definitions do not state stays as shipped. Raises RequestRefusedError for an answer of another shape, and what
    the session raises.
    """
    wanted = {name: shipped.entity_sets[name] for name in entity_sets if name in shipped.entity_sets}
    found = _read(session, [entity.name for entity in wanted.values()])
    tables = {
        entity.entity_set: _entity(found[entity.name], entity) for entity in wanted.values() if entity.name in found
    }
    kept = {name: entity for name, entity in shipped.entity_sets.items() if name not in wanted}
    return replace(shipped, entity_sets={**kept, **tables})


def _read(session: ODataSession, names: list[str]) -> dict[str, _Table]:
    query = msgspec.json.encode(_query(names)).decode()
    params = {"@q": query}
    response = session.request("GET", "RetrieveMetadataChanges(Query=@q)", params=params, repeatable=True)
    try:
        answer = msgspec.json.decode(response.body, type=_Answer)
    except msgspec.DecodeError as error:
        text = f"RetrieveMetadataChanges answers in another shape than documented: {error}."
        raise RequestRefusedError(text, evidence=response.evidence()) from error
    return {table.logical_name: table for table in answer.entity_metadata}


def _query(names: list[str]) -> dict[str, object]:
    conditions = [
        {
            "PropertyName": "LogicalName",
            "ConditionOperator": "Equals",
            "Value": {"Type": "System.String", "Value": name},
        }
        for name in names
    ]
    return {
        "Criteria": {"FilterOperator": "Or", "Conditions": conditions},
        "Properties": _properties(_TABLES),
        "AttributeQuery": {"Properties": _properties(_COLUMNS)},
        "RelationshipQuery": {"Properties": _properties(_LINKS)},
    }


def _properties(names: tuple[str, ...]) -> dict[str, object]:
    return {"AllProperties": False, "PropertyNames": names}


def _entity(table: _Table, shipped: EntityType) -> EntityType:
    columns = (_property(column, shipped.properties) for column in table.attributes)
    properties = {column.name: column for column in columns if column}
    links = {name: link for name, link in shipped.navigation.items() if link.property in properties}
    links.update({link.name: link for link in _links(table)})
    return replace(shipped, key=(table.primary_id_attribute,), properties=properties, navigation=links)


def _property(column: _Column, shipped: Mapping[str, Property]) -> Property | None:
    kind = column.attribute_type or ""
    name = wire_name(column.logical_name) if kind in LOOKUPS else column.logical_name
    if kind not in TYPES:
        return shipped.get(name)
    date_only = kind == "DateTime" and column.date_time_behavior and column.date_time_behavior.value == "DateOnly"
    return replace(
        shipped.get(name) or Property(name, ""),
        type="Edm.Date" if date_only else TYPES[kind],
        max_length=column.max_length,
        options={option.value: _label(option) for option in column.option_set.options} if column.option_set else {},
        lookup_targets=tuple(column.targets or ()),
    )


def wire_name(lookup: str) -> str:
    """The name of a lookup column in the wire protocol."""
    return f"_{lookup}_value"


def _label(option: _Option) -> str:
    text = option.label.user_localized_label if option.label else None
    return (text.label if text else None) or ""


def _links(table: _Table) -> Iterator[NavigationProperty]:
    for link in table.many_to_one_relationships:
        if name := link.referencing_entity_navigation_property_name:
            yield NavigationProperty(name, link.referenced_entity, wire_name(link.referencing_attribute))
