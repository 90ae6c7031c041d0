"""Indexes for the lists that people page through, and the progress of a step at work."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, text

from p2c.database.types import Document

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them; the rows that wait, and those whose amounts differ, are few, so their indexes hold only those."""
    op.add_column("ledger_runs", Column("progress", Document))
    op.create_index("ledger_runs_started_at", "ledger_runs", ["started_at"])
    op.create_index("ledger_row_outcomes_outcome", "ledger_row_outcomes", ["run", "outcome", "source_id"])
    apart = text("source_amount != destination_amount")
    op.create_index(
        "ledger_row_outcomes_amounts",
        "ledger_row_outcomes",
        ["run", "source_id"],
        sqlite_where=apart,
        postgresql_where=apart,
    )
    op.create_index(
        "ledger_row_states_since",
        "ledger_row_states",
        [text("coalesce(waiting_since, updated_at)"), "flow", "source_id", "organization", "outcome"],
        sqlite_where=text("waiting = 1"),
        postgresql_where=text("waiting"),
    )
