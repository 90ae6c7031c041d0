"""F&O rows on their way between state and wire: shared tables, companies, ETags."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any, Literal

from p2c_metadata import EntityType, load
from p2c_sandbox.finance_operations.values import completed
from p2c_sandbox.store import Row, key_text

SYSTEM: Literal["finance_operations"] = "finance_operations"
COMPANY = "dataAreaId"
# The data entities over one table: a customer written through one is read through all
_TABLES = {"CustomersV2": "CustomersV3", "CustomersBase": "CustomersV3"}
_FIRST_RECORD_ID = 2**36


def table_of(entity: EntityType) -> str:
    """The entity set under which the state keeps the rows of `entity`."""
    return _TABLES.get(entity.entity_set, entity.entity_set)


def stored_under(entity: EntityType) -> EntityType:
    """The entity type whose properties the state keeps for `entity`."""
    table = table_of(entity)
    return entity if table == entity.entity_set else load(SYSTEM).entity_set(table)


def row_key(entity: EntityType, values: Mapping[str, Any]) -> str:
    """The key under which the state keeps a row of these values."""
    return key_text(values[name] for name in entity.key)


def etag(row: Row) -> str:
    """`W/"<base64 of 'recVersion,RecId'>"`, as decoded from recorded responses."""
    record_id = _FIRST_RECORD_ID + zlib.crc32(f"{row.key}{row.created.isoformat()}".encode())
    content = base64.b64encode(f"'{row.version},{record_id}'".encode()).decode()
    return f'W/"{content}"'


def shown(entity: EntityType, row: Row) -> dict[str, Any]:
    """The row's values as `entity` shows them."""
    values = row.values
    if table_of(entity) == entity.entity_set and entity.properties.keys() <= values.keys():
        return values
    if "Name" in entity.properties and "Name" not in values:
        person = " ".join(filter(None, (values.get(f"Person{part}Name", "") for part in ("First", "Middle", "Last"))))
        values = {**values, "Name": values.get("OrganizationName") or person}
    return completed(entity, values)


def is_listed(entity: EntityType, values: Mapping[str, Any], *, stopped_products: bool) -> bool:
    """Whether a read shows the row: `stopped_products` says it of sellable products that are stopped for sales.

    They carry a flag for it, and whether the real entity leaves them out is unconfirmed.
    """
    if stopped_products or entity.entity_set != "SellableReleasedProducts":
        return True
    return bool(values.get("IsSalesStopped") != "Yes")


def is_of_company(entity: EntityType, values: Mapping[str, Any], company: str | None) -> bool:
    """Whether a row is seen from `company`; None sees every company, and shared rows are seen from all."""
    return company is None or COMPANY not in entity.properties or values[COMPANY].casefold() == company.casefold()
