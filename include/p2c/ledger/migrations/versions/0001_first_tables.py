"""The ledger's first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from p2c.database.types import Document, PlainText, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_runs()
    _create_row_outcomes()
    _create_row_states()
    _create_watermarks()
    _create_leases()


def _create_runs() -> None:
    op.create_table(
        "ledger_runs",
        Column("id", Integer, primary_key=True),
        Column("dag_id", Text, nullable=False),
        Column("run_id", Text, nullable=False),
        Column("flow", Text, nullable=False),
        Column("organization", Text, nullable=False),
        Column("window_kind", Text, nullable=False),
        Column("window_start", UtcTime),
        Column("window_end", UtcTime),
        Column("window_keys", Document, nullable=False),
        Column("dry_run", Boolean, nullable=False),
        Column("adopt", Boolean, nullable=False),
        Column("state", Text, nullable=False),
        Column("started_at", UtcTime, nullable=False),
        Column("finished_at", UtcTime),
        Column("counts", Document, nullable=False),
        Column("statistics", Document, nullable=False),
        Column("staged_set", Text, nullable=False),
        UniqueConstraint("dag_id", "run_id", "flow", "organization", name="ledger_runs_key"),
    )
    op.create_index("ledger_runs_started", "ledger_runs", ["flow", "organization", "started_at"])


def _create_row_outcomes() -> None:
    op.create_table(
        "ledger_row_outcomes",
        Column("run", Integer, ForeignKey("ledger_runs.id", ondelete="CASCADE"), primary_key=True),
        Column("source_id", PlainText, primary_key=True),
        Column("integration_key", PlainText, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("reasons", Document, nullable=False),
        Column("destination_key", PlainText),
        Column("request_id", Text, nullable=False),
        Column("changed_fields", Document, nullable=False),
        Column("ours", Boolean, nullable=False),
        Column("recorded_at", UtcTime, nullable=False),
    )
    op.create_index("ledger_row_outcomes_source", "ledger_row_outcomes", ["source_id"])


def _create_row_states() -> None:
    op.create_table(
        "ledger_row_states",
        Column("flow", Text),
        Column("organization", Text),
        Column("source_id", PlainText),
        Column("integration_key", PlainText, nullable=False),
        Column("integration_key_normalised", PlainText, nullable=False),
        Column("destination_key", PlainText),
        Column("destination_key_normalised", PlainText),
        Column("version", BigInteger, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("reasons", Document, nullable=False),
        Column("ours", Boolean, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", UtcTime),
        Column("waiting", Boolean, nullable=False),
        Column("retry_requested", Boolean, nullable=False),
        Column("dismissed", Boolean, nullable=False),
        Column("differences", Text, nullable=False),
        Column("times_differed", Integer, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("request_id", Text, nullable=False),
        Column("dag_id", Text, nullable=False),
        Column("run_id", Text, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
        PrimaryKeyConstraint("source_id", "organization", "flow", name="ledger_row_states_key"),
    )
    table, place = "ledger_row_states", ["organization", "flow"]
    op.create_index("ledger_row_states_integration_key", table, ["integration_key_normalised", *place])
    op.create_index("ledger_row_states_destination_key", table, ["destination_key_normalised", *place])
    op.create_index("ledger_row_states_waiting", table, ["waiting", *place, "due_at"])


def _create_watermarks() -> None:
    op.create_table(
        "ledger_watermarks",
        Column("flow", Text, primary_key=True),
        Column("organization", Text, primary_key=True),
        Column("position", UtcTime, nullable=False),
        Column("dag_id", Text, nullable=False),
        Column("run_id", Text, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
    )


def _create_leases() -> None:
    op.create_table(
        "ledger_leases",
        Column("flow", Text, primary_key=True),
        Column("organization", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("token", Text, nullable=False),
        Column("expires_at", UtcTime, nullable=False),
    )
