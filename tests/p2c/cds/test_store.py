from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from fixtures.ledger import Clock
from sqlalchemy import Engine, select, text

from p2c.cds import CdsRow, CdsStore
from p2c.cds.tables import cds_table
from p2c.database.schema import initialize
from p2c.flow import CdsEntity, CdsField
from p2c.flows.accounts import ACCOUNT

SAMPLE = CdsEntity(
    "Sample",
    "SampleId",
    (
        CdsField("SampleId"),
        CdsField("Amount", "decimal", scale=4),
        CdsField("Count", "integer"),
        CdsField("Active", "boolean"),
        CdsField("At", "datetime"),
        CdsField("On", "date"),
    ),
)
TABLE = cds_table(SAMPLE)


def row(source_id: str, version: int, values: Mapping[str, object]) -> CdsRow:
    return CdsRow(source_id, version, values, "accounts")


@pytest.fixture
def store(engine: Engine) -> CdsStore:
    initialize(engine, [SAMPLE])
    return CdsStore(engine)


def amount_after(store: CdsStore, amount: Decimal) -> Decimal:
    store.upsert(SAMPLE, "samples", "USMF", [row("1", 1, {"Amount": amount})])
    stored: Decimal = store.get(SAMPLE, "samples", "USMF", ["1"])["1"].values["Amount"]
    return stored


def test_a_row_is_read_back_with_every_type_as_it_was(store: CdsStore) -> None:
    values = {
        "SampleId": "S-1",
        "Amount": Decimal("12.3400"),
        "Count": 2**53 + 1,
        "Active": True,
        "At": datetime(2026, 3, 4, 22, tzinfo=UTC),
        "On": date(2026, 3, 5),
    }

    store.upsert(SAMPLE, "samples", "USMF", [row("1", 7, values)])

    assert store.get(SAMPLE, "samples", "USMF", ["1"]) == {"1": row("1", 7, values)}


@pytest.mark.parametrize("amount", ["0.1", "12345678901234567890123456789012.3456", "-0.0001", "0", "1E+3"])
def test_an_amount_is_kept_exactly(store: CdsStore, amount: str) -> None:
    assert amount_after(store, Decimal(amount)) == Decimal(amount)


def test_an_amount_as_a_float_is_refused(store: CdsStore) -> None:
    with pytest.raises(Exception, match="is a float; amounts are Decimal"):
        store.upsert(SAMPLE, "samples", "USMF", [row("1", 1, {"Amount": 0.1})])


def test_amounts_are_text_on_sqlite_and_numeric_on_postgresql(store: CdsStore, engine: Engine) -> None:
    amount_after(store, Decimal("0.1"))
    function = "typeof" if engine.dialect.name == "sqlite" else "pg_typeof"

    with engine.connect() as connection:
        kind = connection.execute(text(f'SELECT {function}("Amount") FROM cds_sample')).scalar_one()

    assert str(kind) == {"sqlite": "text", "postgresql": "numeric"}[engine.dialect.name]


def test_a_time_is_read_back_in_utc(store: CdsStore) -> None:
    vilnius = datetime(2026, 3, 5, 0, 0, tzinfo=timezone(timedelta(hours=2)))

    store.upsert(SAMPLE, "samples", "USMF", [row("1", 1, {"At": vilnius})])

    stored = store.get(SAMPLE, "samples", "USMF", ["1"])["1"].values["At"]
    assert (stored, stored.tzinfo) == (vilnius, UTC)


def test_a_time_without_a_zone_is_refused(store: CdsStore) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        store.upsert(SAMPLE, "samples", "USMF", [row("1", 1, {"At": datetime(2026, 3, 5)})])


def test_an_older_version_never_overwrites_a_newer_one(store: CdsStore) -> None:
    store.upsert(ACCOUNT, "accounts", "USMF", [row("1", 2, {"Name": "new"})])
    store.upsert(ACCOUNT, "accounts", "USMF", [row("1", 1, {"Name": "old"})])

    assert store.get(ACCOUNT, "accounts", "USMF", ["1"])["1"].values["Name"] == "new"


def test_of_two_versions_in_one_call_the_newer_stays(store: CdsStore) -> None:
    store.upsert(ACCOUNT, "accounts", "USMF", [row("1", 2, {"Name": "new"}), row("1", 1, {"Name": "old"})])

    assert store.get(ACCOUNT, "accounts", "USMF", ["1"])["1"].values["Name"] == "new"


def test_the_same_version_again_replaces_the_row(store: CdsStore) -> None:
    for name in ("as mapped before", "as mapped now"):
        store.upsert(ACCOUNT, "accounts", "USMF", [row("1", 1, {"Name": name})])

    assert store.get(ACCOUNT, "accounts", "USMF", ["1"])["1"].values["Name"] == "as mapped now"


def test_a_row_that_is_stored_as_it_is_keeps_the_time_it_was_accepted(engine: Engine) -> None:
    initialize(engine, [SAMPLE])
    clock = Clock()
    store, first = CdsStore(engine, clock), clock.now
    store.upsert(SAMPLE, "samples", "USMF", [row(number, 1, {"SampleId": number}) for number in "123"])
    second = clock.advance(minutes=1)
    store.upsert(SAMPLE, "samples", "USMF", [row("1", 1, {"SampleId": "1"}), row("2", 1, {"SampleId": "B"})])
    store.upsert(SAMPLE, "samples", "USMF", [row("3", 2, {"SampleId": "3"})])

    with engine.connect() as connection:
        accepted = {row.source_id: row.accepted_at for row in connection.execute(select(TABLE))}

    assert accepted == {"1": first, "2": second, "3": second}


def test_organizations_and_flows_keep_their_rows_apart(store: CdsStore) -> None:
    for flow, organization in (("accounts", "USMF"), ("accounts", "DEMF"), ("contacts to customers", "USMF")):
        store.upsert(ACCOUNT, flow, organization, [row("1", 1, {"Name": f"{flow} {organization}"})])

    assert store.get(ACCOUNT, "accounts", "DEMF", ["1"])["1"].values["Name"] == "accounts DEMF"
    assert store.get(ACCOUNT, "accounts", "USMF", ["1"])["1"].values["Name"] == "accounts USMF"


def test_text_that_a_database_refuses_is_stored_with_replacement_characters(store: CdsStore) -> None:
    store.upsert(ACCOUNT, "accounts", "USMF", [row("1", 1, {"Name": "nul \x00, half \ud83d, whole \U0001f600"})])

    name = store.get(ACCOUNT, "accounts", "USMF", ["1"])["1"].values["Name"]
    assert name == "nul \ufffd, half \ufffd, whole \U0001f600"


def test_more_rows_than_one_statement_holds_are_stored_and_found(store: CdsStore) -> None:
    store.upsert(ACCOUNT, "accounts", "USMF", [row(str(n), 1, {"AccountId": f"A-{n}"}) for n in range(5000)])

    assert len(store.get(ACCOUNT, "accounts", "USMF", [str(n) for n in range(6000)])) == 5000


def test_of_the_rows_under_one_value_only_those_named_are_kept(store: CdsStore) -> None:
    rows = [row(number, 1, {"SampleId": sample}) for number, sample in (("1", "A"), ("2", "A"), ("3", "A"), ("4", "B"))]
    store.upsert(SAMPLE, "samples", "USMF", rows)
    store.upsert(SAMPLE, "samples", "DEMF", rows)
    store.keep_only(SAMPLE, "samples", "USMF", "SampleId", {"A": {"2"}})
    assert store.get(SAMPLE, "samples", "USMF", "1234").keys() == {"2", "4"}
    assert len(store.get(SAMPLE, "samples", "DEMF", "1234")) == 4
