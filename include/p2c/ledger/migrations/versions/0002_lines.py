"""What happened to the lines of a row: those deleted with it, and the sums of both systems."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

from p2c.database.types import ExactDecimal

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("ledger_row_outcomes", Column("deleted", Integer, nullable=False, server_default="0"))
    op.add_column("ledger_row_outcomes", Column("source_amount", ExactDecimal()))
    op.add_column("ledger_row_outcomes", Column("destination_amount", ExactDecimal()))
