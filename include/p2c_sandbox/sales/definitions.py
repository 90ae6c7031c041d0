"""Definitions of tables, columns and keys as `EntityDefinitions` shows them, made from the CSDL.

Source: Microsoft docs: Query table definitions using the Web API; Web API Metadata EntityType Reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from p2c_metadata import EntityType, Property
from p2c_sandbox.sales.keys import AlternateKey

PREFIX = "#Microsoft.Dynamics.CRM."
ENGLISH = 1033
MEMO_LENGTH = 2_000
_NAMESPACE = UUID("6d1c2a2e-8c4f-4f0b-9a59-0d6b6f2f7a11")
_TYPES: Mapping[str, str] = {
    "Edm.String": "String",
    "Edm.Int32": "Integer",
    "Edm.Int64": "BigInt",
    "Edm.Decimal": "Decimal",
    "Edm.Double": "Double",
    "Edm.Boolean": "Boolean",
    "Edm.DateTimeOffset": "DateTime",
    "Edm.Date": "DateTime",
    "Edm.Guid": "Uniqueidentifier",
}
_REQUIRED: Mapping[str | None, str] = {
    "systemrequired": "SystemRequired",
    "required": "ApplicationRequired",
    "recommended": "Recommended",
}
_MANAGED = {"CanBeChanged": True}


def table_definition(entity: EntityType) -> dict[str, Any]:
    """A table."""
    return {
        "MetadataId": str(uuid5(_NAMESPACE, entity.name)),
        "LogicalName": entity.name,
        "SchemaName": entity.name.capitalize(),
        "EntitySetName": entity.entity_set,
        "LogicalCollectionName": entity.entity_set,
        "PrimaryIdAttribute": entity.key[0],
        "PrimaryNameAttribute": entity.primary_name,
        "DisplayName": label(entity.label or entity.name),
        "ChangeTrackingEnabled": entity.change_tracking,
        "IsOptimisticConcurrencyEnabled": True,
        "IsPrivate": False,
        "IsCustomEntity": False,
        "OwnershipType": "UserOwned" if "_ownerid_value" in entity.properties else "OrganizationOwned",
    }


def column_definitions(entity: EntityType) -> list[dict[str, Any]]:
    """The columns of a table, each with the members of its own type."""
    return [column_definition(entity, column) for column in entity.properties.values()]


def column_definition(entity: EntityType, column: Property) -> dict[str, Any]:
    """A column."""
    name = column.name.removeprefix("_").removesuffix("_value") if column.lookup_targets else column.name
    kind = _attribute_type(column)
    return {
        "@odata.type": f"{PREFIX}{kind if kind not in ('Customer', 'Owner') else 'Lookup'}AttributeMetadata",
        "MetadataId": str(uuid5(_NAMESPACE, f"{entity.name}.{name}")),
        "LogicalName": name,
        "SchemaName": name.capitalize(),
        "EntityLogicalName": entity.name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "DisplayName": label(column.label or name),
        "RequiredLevel": {"Value": _REQUIRED.get(column.required_level, "None"), **_MANAGED},
        "IsPrimaryId": column.name == entity.key[0],
        "IsPrimaryName": column.name == entity.primary_name,
        "IsValidForCreate": not column.read_only,
        "IsValidForRead": True,
        "IsValidForUpdate": not column.read_only and column.name != entity.key[0],
        **_members_of(kind, column),
    }


def key_definition(entity: EntityType, key: AlternateKey) -> dict[str, Any]:
    """An alternate key, its index built at once."""
    return {
        "MetadataId": key.identifier,
        "LogicalName": key.name,
        "SchemaName": key.name,
        "EntityLogicalName": entity.name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": "Active",
        "DisplayName": label(key.name),
    }


def label(text: str) -> dict[str, Any]:
    """A label in English."""
    localized = {"Label": text, "LanguageCode": ENGLISH, "IsManaged": True}
    return {"LocalizedLabels": [localized], "UserLocalizedLabel": localized}


def _attribute_type(column: Property) -> str:
    if column.lookup_targets:
        return _lookup_type(column)
    if column.options and column.type != "Edm.Boolean":
        return {"statecode": "State", "statuscode": "Status"}.get(column.name, "Picklist")
    if column.money:
        return "Money"
    memo = column.type == "Edm.String" and (column.max_length or 0) >= MEMO_LENGTH
    return "Memo" if memo else _TYPES[column.type]


def _lookup_type(column: Property) -> str:
    targets = set(column.lookup_targets)
    if targets == {"account", "contact"}:
        return "Customer"
    return "Owner" if targets == {"systemuser", "team"} else "Lookup"


def _members_of(kind: str, column: Property) -> dict[str, Any]:
    if kind in ("Picklist", "State", "Status"):
        return {"OptionSet": _option_set(column), "GlobalOptionSet": None}
    if kind in ("Lookup", "Customer", "Owner"):
        return {"Targets": list(column.lookup_targets)}
    if kind in ("String", "Memo"):
        return {"MaxLength": column.max_length}
    if kind == "DateTime":
        behavior = {"Value": column.date_behavior or "UserLocal"}
        return {"Format": column.date_format or "DateAndTime", "DateTimeBehavior": behavior}
    if kind in ("Integer", "BigInt", "Decimal", "Double", "Money"):
        precision = {"Precision": column.scale} if kind in ("Decimal", "Double", "Money") else {}
        return {"MinValue": column.minimum, "MaxValue": column.maximum, **precision}
    return {}


def _option_set(column: Property) -> dict[str, Any]:
    options = [
        {"Value": value, "Label": label(text)} | _states(column, value) for value, text in column.options.items()
    ]
    return {"Name": column.name, "IsGlobal": False, "OptionSetType": "Picklist", "Options": options}


def _states(column: Property, value: int) -> dict[str, int]:
    if value in column.states:
        return {"State": column.states[value]}
    return {"DefaultStatus": column.default_status[value]} if value in column.default_status else {}
