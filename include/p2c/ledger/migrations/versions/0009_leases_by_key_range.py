"""A lease for each key range that a run loads. Leases last minutes, so those held are let go."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text

from p2c.database.types import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table anew."""
    op.drop_table("ledger_leases")
    op.create_table(
        "ledger_leases",
        Column("flow", Text, primary_key=True),
        Column("organization", Text, primary_key=True),
        Column("key_range", Integer, primary_key=True, autoincrement=False),
        Column("holder", Text, nullable=False),
        Column("token", Text, nullable=False),
        Column("expires_at", UtcTime, nullable=False),
    )
