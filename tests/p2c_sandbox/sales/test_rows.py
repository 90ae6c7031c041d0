from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.rows import LinkedRow, Lookups, etag, table_named, wire_time, wire_values
from p2c_sandbox.store import Row, Store, Transaction

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
CONTACT = MODEL.entity("contact")
PARENT = CONTACT.properties["_parentcustomerid_value"]


@pytest.fixture
def transaction(tmp_path: Path) -> Iterator[Transaction]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        transaction.insert("sales", "accounts", "a", {"accountid": "a", "name": "Parent"}, at=NOON)
        yield transaction
    store.close()


def test_the_wire_shows_what_the_platform_keeps() -> None:
    row = Row("a", {"name": "x"}, 7, NOON, NOON)
    assert wire_values(row) == {
        "name": "x",
        "createdon": "2026-03-05T12:00:00Z",
        "modifiedon": "2026-03-05T12:00:00Z",
        "versionnumber": 7,
    }
    assert etag(row) == 'W/"7"'
    assert wire_time(NOON) == "2026-03-05T12:00:00Z"


def test_a_lookup_that_does_not_tell_its_table_is_tried_in_each(transaction: Transaction) -> None:
    lookups = Lookups(transaction)
    assert lookups.name({"_parentcustomerid_value": "a"}, PARENT) == "Parent"
    assert lookups.name({"_parentcustomerid_value": None}, PARENT) is None
    assert lookups.name({"_parentcustomerid_value": "b"}, PARENT) is None


def test_a_linked_row_leads_to_the_row_behind_a_lookup(transaction: Transaction) -> None:
    row = LinkedRow({"_parentcustomerid_value": "a"}, CONTACT, Lookups(transaction))
    assert row["parentcustomerid_account"]["name"] == "Parent"
    assert row["parentcustomerid_contact"] is None
    assert list(row) == ["_parentcustomerid_value"]
    assert len(row) == 1
    with pytest.raises(KeyError):
        row["nothing"]


def test_a_table_not_kept_here_has_no_name() -> None:
    assert table_named("account") is MODEL.entity("account")
    assert table_named("opportunity") is None
