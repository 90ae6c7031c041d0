"""The pauses that systems asked for."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

from p2c.database.types import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ledger_pauses",
        Column("system", Text, primary_key=True),
        Column("asked_at", UtcTime, nullable=False),
        Column("ends_at", UtcTime, nullable=False),
    )
