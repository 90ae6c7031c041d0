"""What parked rows wait for, and since when rows wait."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text, column, insert, select, table, text

from p2c.database.types import Document, PlainText, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PARKED = 1000


def upgrade() -> None:
    """Create the table and the column, and fill both from the rows that wait."""
    op.add_column("ledger_row_states", Column("waiting_since", UtcTime()))
    op.execute(text("UPDATE ledger_row_states SET waiting_since = updated_at WHERE waiting"))
    awaited = op.create_table(
        "ledger_parents_awaited",
        Column("flow", Text),
        Column("organization", Text),
        Column("source_id", PlainText),
        Column("field", Text),
        Column("parent", PlainText),
        PrimaryKeyConstraint("source_id", "organization", "flow", "field", "parent", name="ledger_parents_awaited_key"),
    )
    op.create_index("ledger_parents_awaited_place", "ledger_parents_awaited", ["organization", "flow"])
    _fill(awaited)


def _fill(awaited: Table) -> None:
    keys = ("flow", "organization", "source_id")
    states = table("ledger_row_states", *map(column, keys), column("outcome"), column("reasons", Document))
    connection = op.get_bind()
    parked = connection.execute(select(states).where(states.c.outcome == "parked"))
    for rows in parked.partitions(_PARKED):
        found = {
            (row.flow, row.organization, row.source_id, reason["field"], reason["value"])
            for row in rows
            for reason in row.reasons
            if reason["code"] == "parent"
        }
        if found:
            names = (*keys, "field", "parent")
            connection.execute(insert(awaited), [dict(zip(names, values, strict=True)) for values in sorted(found)])
