from __future__ import annotations

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from p2c.cds.tables import cds_table, table_name
from p2c.flow import CdsEntity, CdsField
from p2c.flows.accounts import ACCOUNT


@pytest.mark.parametrize(
    ("entity", "table"),
    [("Account", "cds_account"), ("QuotationLine", "cds_quotation_line"), ("A1Test", "cds_a1_test")],
)
def test_a_table_is_named_after_its_entity(entity: str, table: str) -> None:
    assert table_name(CdsEntity(entity, "Id", ())) == table


def test_rows_are_keyed_by_flow_organization_and_source_id() -> None:
    assert {column.name for column in cds_table(ACCOUNT).primary_key} == {"flow", "organization", "source_id"}


def test_every_field_has_its_column() -> None:
    assert {field.name for field in ACCOUNT.fields} < set(cds_table(ACCOUNT).columns.keys())


def test_columns_have_the_types_of_their_fields() -> None:
    fields = (
        CdsField("Name", length=100),
        CdsField("Count", "integer"),
        CdsField("Amount", "decimal", precision=20, scale=2),
        CdsField("Rate", "decimal"),
        CdsField("Active", "boolean"),
        CdsField("At", "datetime"),
        CdsField("On", "date"),
    )

    ddl = str(CreateTable(cds_table(CdsEntity("Sample", "Name", fields))).compile(dialect=postgresql.dialect()))

    for column in (
        '"Name" TEXT',
        '"Count" BIGINT',
        '"Amount" NUMERIC(20, 2)',
        '"Rate" NUMERIC(38, 6)',
        '"Active" BOOLEAN',
        '"At" TIMESTAMP WITH TIME ZONE',
        '"On" DATE',
    ):
        assert column in ddl
