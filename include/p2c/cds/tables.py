"""Tables of CDS entities, made from their declarations."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from p2c.database.types import ExactDecimal, PlainText, UtcTime
from p2c.flow import CdsEntity, CdsField


def table_name(entity: CdsEntity) -> str:
    """``cds_`` and the entity's name in snake case."""
    return "cds_" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", entity.name).lower()


@lru_cache
def cds_table(entity: CdsEntity) -> Table:
    """The table of an entity. Columns may be null: contracts are checked before a row gets here."""
    return Table(
        table_name(entity),
        MetaData(),
        Column("source_id", PlainText, primary_key=True),
        Column("organization", Text, primary_key=True),
        Column("flow", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("origin", Text, nullable=False),
        Column("accepted_at", UtcTime, nullable=False),
        Column("digest", Text),  # of all values; rows stored by a release without it have none
        *(Column(field.name, _column_type(field)) for field in entity.fields),
    )


def _column_type(field: CdsField) -> TypeEngine[Any]:
    match field.type:
        case "integer":
            return BigInteger()
        case "decimal":
            return ExactDecimal(field.precision, 6 if field.scale is None else field.scale)
        case "boolean":
            return Boolean()
        case "datetime":
            return UtcTime()
        case "date":
            return Date()
        case _:
            return PlainText()
