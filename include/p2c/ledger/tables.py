"""The tables of the ledger as this release knows them; ``migrations`` brings a database there."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from p2c.database.types import Document, ExactDecimal, PlainText, UtcTime

metadata = MetaData()

runs = Table(
    "ledger_runs",
    metadata,
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
    Column("progress", Document),
    UniqueConstraint("dag_id", "run_id", "flow", "organization", name="ledger_runs_key"),
    Index("ledger_runs_started", "flow", "organization", "started_at"),
    Index("ledger_runs_started_at", "started_at"),
)

row_outcomes = Table(
    "ledger_row_outcomes",
    metadata,
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
    Column("deleted", Integer, nullable=False, server_default="0"),
    Column("source_amount", ExactDecimal),
    Column("destination_amount", ExactDecimal),
    Index("ledger_row_outcomes_source", "source_id"),
    Index("ledger_row_outcomes_outcome", "run", "outcome", "source_id"),
)

#: Each index begins with what selects few rows. While PostgreSQL has no statistics of a table just filled, it takes
#: flow and organization to select hardly any, and would read all rows by an index that begins with them.
row_states = Table(
    "ledger_row_states",
    metadata,
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
    Column("waiting_since", UtcTime),
    PrimaryKeyConstraint("source_id", "organization", "flow", name="ledger_row_states_key"),
    Index("ledger_row_states_integration_key", "integration_key_normalised", "organization", "flow"),
    Index("ledger_row_states_destination_key", "destination_key_normalised", "organization", "flow"),
    Index("ledger_row_states_waiting", "waiting", "organization", "flow", "due_at"),
)

#: Since when a row waits.
WAITING_SINCE = func.coalesce(row_states.c.waiting_since, row_states.c.updated_at)
#: The money check of a row found two sums.
AMOUNTS_DIFFER = row_outcomes.c.source_amount != row_outcomes.c.destination_amount

#: Of use to few rows, so they hold few: those that wait, and those whose amounts differ.
Index(
    "ledger_row_states_since",
    WAITING_SINCE,
    row_states.c.flow,
    row_states.c.source_id,
    row_states.c.organization,
    row_states.c.outcome,
    sqlite_where=row_states.c.waiting,
    postgresql_where=row_states.c.waiting,
)
Index(
    "ledger_row_outcomes_amounts",
    row_outcomes.c.run,
    row_outcomes.c.source_id,
    sqlite_where=AMOUNTS_DIFFER,
    postgresql_where=AMOUNTS_DIFFER,
)

#: The parents that parked rows wait for: the child's source field, and the parent's source id in it.
parents_awaited = Table(
    "ledger_parents_awaited",
    metadata,
    Column("flow", Text),
    Column("organization", Text),
    Column("source_id", PlainText),
    Column("field", Text),
    Column("parent", PlainText),
    PrimaryKeyConstraint("source_id", "organization", "flow", "field", "parent", name="ledger_parents_awaited_key"),
    Index("ledger_parents_awaited_place", "organization", "flow"),
)

#: What dry runs find: fields that differ, rows that are missing (no field), and rows that cannot land (a reason).
differences = Table(
    "ledger_differences",
    metadata,
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

watermarks = Table(
    "ledger_watermarks",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("position", UtcTime, nullable=False),
    Column("dag_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

leases = Table(
    "ledger_leases",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("key_range", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

pauses = Table(
    "ledger_pauses",
    metadata,
    Column("system", Text, primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
)

#: Causes that stand, each told once and then at long intervals.
alerts = Table(
    "ledger_alerts",
    metadata,
    Column("cause", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
)

#: What the latest look at the keys of both sides found.
reconciliations = Table(
    "ledger_reconciliations",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("findings", Document, nullable=False),
)
