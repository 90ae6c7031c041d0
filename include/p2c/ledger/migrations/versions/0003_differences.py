"""What dry runs find."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

from p2c.database.types import PlainText

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ledger_differences",
        Column("run", Integer, ForeignKey("ledger_runs.id", ondelete="CASCADE"), primary_key=True),
        Column("source_id", PlainText, primary_key=True),
        Column("line", PlainText, primary_key=True),
        Column("field", Text, primary_key=True),
        Column("integration_key", PlainText, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("wanted", PlainText, nullable=False),
        Column("found", PlainText, nullable=False),
        Column("reason", PlainText, nullable=False),
    )
