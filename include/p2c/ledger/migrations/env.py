"""Run by Alembic for each command; the connection comes from :mod:`p2c.database.schema`."""

from __future__ import annotations

from alembic import context

from p2c.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
