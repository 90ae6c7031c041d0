"""What the latest look at the keys of both sides found."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

from p2c.database.types import Document, UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ledger_reconciliations",
        Column("flow", Text, primary_key=True),
        Column("organization", Text, primary_key=True),
        Column("at", UtcTime, nullable=False),
        Column("findings", Document, nullable=False),
    )
