"""The alerts that stand."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

from p2c.database.types import PlainText, UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ledger_alerts",
        Column("cause", Text, primary_key=True),
        Column("title", Text, nullable=False),
        Column("text", PlainText, nullable=False),
        Column("remedy", Text, nullable=False),
        Column("since", UtcTime, nullable=False),
        Column("told_at", UtcTime),
    )
