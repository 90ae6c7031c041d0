"""Bringing a database to this release, and refusing one that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Table, inspect, text
from sqlalchemy.schema import CreateColumn

from p2c.cds.tables import cds_table
from p2c.database.engine import writing
from p2c.errors import SchemaOutdatedError
from p2c.flow import CdsEntity

MIGRATIONS = "p2c.ledger:migrations"
VERSION_TABLE = "ledger_schema_version"


def initialize(engine: Engine, entities: Iterable[CdsEntity]) -> list[str]:
    """Migrate the ledger and create what the CDS entities lack; nothing is ever dropped. Returns what was done.

    Raises SchemaOutdatedError for a database that a newer release has migrated, or with a column of another type.
    """
    with writing(engine) as connection:
        done = _migrate(connection)
        for entity in entities:
            done += _complete(connection, cds_table(entity))
            _refuse_other_types(connection, cds_table(entity))
    return done


def require_current_schema(engine: Engine, entities: Collection[CdsEntity]) -> None:
    """Raise SchemaOutdatedError, naming the command that mends it, unless the database is of this release."""
    with engine.connect() as connection:
        if _revision(connection) != _head():
            lacking = ["the ledger's tables"]
        else:
            lacking = [name for entity in entities for name in _lacking(connection, cds_table(entity))]
    if lacking:
        raise SchemaOutdatedError(
            f"The database behind common_data_service lacks {', '.join(lacking[:5])}, which this release and site.toml "
            "need. Run `p2c init`, then clear this task."
        )
    with engine.connect() as connection:
        for entity in entities:
            _refuse_other_types(connection, cds_table(entity))


def _migrate(connection: Connection) -> list[str]:
    before, head = _revision(connection), _head()
    if before == head:
        return []
    if before and before not in _known():
        raise SchemaOutdatedError(
            f"The database behind common_data_service is at revision {before}, which this release does not know: "
            "install the release that migrated it, or a newer one."
        )
    command.upgrade(_config(connection), "head")
    return [f"ledger migrated from {before or 'nothing'} to {head}"]


def _complete(connection: Connection, table: Table) -> list[str]:
    if not inspect(connection).has_table(table.name):
        table.create(connection)
        return [f"table {table.name} created"]
    missing = list(_missing_columns(connection, table))
    for column in missing:
        definition = CreateColumn(column).compile(dialect=connection.dialect)
        connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {definition}"))
    return [f"column {table.name}.{column.name} added" for column in missing]


def _lacking(connection: Connection, table: Table) -> list[str]:
    if not inspect(connection).has_table(table.name):
        return [f"the table {table.name}"]
    return [f"the column {table.name}.{column.name}" for column in _missing_columns(connection, table)]


def _missing_columns(connection: Connection, table: Table) -> Iterator[Column[object]]:
    present = {column["name"] for column in inspect(connection).get_columns(table.name)}
    return (column for column in table.columns if column.name not in present)


def _refuse_other_types(connection: Connection, table: Table) -> None:
    """A column that a site added keeps its type: its values are not converted."""
    dialect = connection.dialect
    for present in inspect(connection).get_columns(table.name):
        declared = table.columns.get(present["name"])
        found = present["type"].compile(dialect)
        if declared is not None and (wanted := declared.type.compile(dialect)) != found:
            raise SchemaOutdatedError(
                f"The column {table.name}.{declared.name} behind common_data_service is {found}, but has to be "
                f"{wanted}: state its former type in site.toml, or rename or drop the column and run `p2c init`."
            )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "version_table": VERSION_TABLE}
    return config
