from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fixtures.ledger import record, row
from sqlalchemy import Column, Engine, MetaData, Table, inspect, text

from p2c.database.engine import writing
from p2c.database.schema import VERSION_TABLE, _config, initialize, require_current_schema
from p2c.errors import SchemaOutdatedError
from p2c.flow import CdsEntity, CdsField
from p2c.flows.accounts import ACCOUNT
from p2c.ledger import Ledger, Outcome
from p2c.ledger.tables import metadata, row_states

row_states_at_0003 = Table(
    row_states.name, MetaData(), *(Column(c.name, c.type) for c in row_states.columns if c.name != "waiting_since")
)


def set_revision(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :revision"), {"revision": revision})


def test_an_empty_database_is_refused_naming_the_command(empty_engine: Engine) -> None:
    with pytest.raises(SchemaOutdatedError, match="Run `p2c init`"):
        require_current_schema(empty_engine, [ACCOUNT])


def test_an_initialized_database_is_accepted(engine: Engine) -> None:
    require_current_schema(engine, [ACCOUNT])


def test_initializing_says_what_it_did_and_the_second_time_does_nothing(empty_engine: Engine) -> None:
    assert initialize(empty_engine, [ACCOUNT]) == [
        "ledger migrated from nothing to 0009",
        "table cds_account created",
    ]
    assert initialize(empty_engine, [ACCOUNT]) == []


def test_an_older_ledger_is_refused_naming_the_command(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {VERSION_TABLE}"))

    with pytest.raises(SchemaOutdatedError, match="Run `p2c init`"):
        require_current_schema(engine, [ACCOUNT])


def test_a_ledger_of_a_newer_release_is_refused(engine: Engine) -> None:
    set_revision(engine, "9999")

    with pytest.raises(SchemaOutdatedError):
        require_current_schema(engine, [ACCOUNT])
    with pytest.raises(SchemaOutdatedError, match="revision 9999, which this release does not know"):
        initialize(engine, [ACCOUNT])


def test_a_column_added_to_an_entity_is_missed_and_then_added_without_loss(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO cds_account (flow, organization, source_id, version, origin, accepted_at, "Name")'
                " VALUES ('accounts', 'USMF', '1', 1, 'accounts', '2026-03-01T00:00:00+00:00', 'Fabrikam')"
            )
        )
    wider = replace(ACCOUNT, fields=(*ACCOUNT.fields, CdsField("Rating", "decimal", scale=2)))

    with pytest.raises(SchemaOutdatedError, match=r"the column cds_account\.Rating"):
        require_current_schema(engine, [wider])
    assert initialize(engine, [wider]) == ["column cds_account.Rating added"]
    require_current_schema(engine, [wider])
    with engine.connect() as connection:
        assert connection.execute(text('SELECT "Name", "Rating" FROM cds_account')).all() == [("Fabrikam", None)]


def test_a_column_of_another_type_than_declared_is_refused_by_name(engine: Engine) -> None:
    text_column, number = (CdsField("Custom_Rank", kind) for kind in ("text", "integer"))
    initialize(engine, [replace(ACCOUNT, fields=(*ACCOUNT.fields, text_column))])
    changed = [replace(ACCOUNT, fields=(*ACCOUNT.fields, number))]
    for refusing in (require_current_schema, initialize):
        with pytest.raises(SchemaOutdatedError, match=r"cds_account.Custom_Rank .* is TEXT, but has to be BIGINT"):
            refusing(engine, changed)


def test_a_new_entity_is_missed_and_then_created(engine: Engine) -> None:
    line = CdsEntity("QuotationLine", "QuotationId", (CdsField("QuotationId"),))

    with pytest.raises(SchemaOutdatedError, match="the table cds_quotation_line"):
        require_current_schema(engine, [ACCOUNT, line])
    initialize(engine, [ACCOUNT, line])
    require_current_schema(engine, [ACCOUNT, line])


def test_rows_that_were_parked_before_0004_still_wait_for_their_parent(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        command.upgrade(_config(connection), "0003")
        given = dict.fromkeys(row_states_at_0003.columns.keys(), "") | dict.fromkeys(
            ("version", "attempts", "times_differed"), 1
        )
        given |= dict.fromkeys(("ours", "retry_requested", "dismissed"), False) | {"waiting": True, "due_at": None}
        given |= {"flow": "contacts", "organization": "USMF", "source_id": "child", "outcome": "parked"}
        parent = {"code": "parent", "text": "It waits.", "field": "parent", "value": "1", "line": ""}
        moment = datetime(2026, 3, 1, tzinfo=UTC)
        connection.execute(row_states_at_0003.insert(), given | {"reasons": [parent], "updated_at": moment})

    initialize(empty_engine, [])

    ledger = Ledger(empty_engine)
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    assert ledger.rows_released("contacts", "USMF", {"parent": "accounts"}, 10) == ["child"]
    assert [state.waiting_since for state in ledger.waiting()] == [moment]


def test_the_migrations_lead_to_the_declared_tables(empty_engine: Engine) -> None:
    initialize(empty_engine, [])

    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, VERSION_TABLE}
