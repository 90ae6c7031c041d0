from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.flows.contacts import CONTACTS
from p2c.ledger import Ledger, Outcome, RowOutcome, RunKey, Window
from p2c.systems.odata.query import Row
from p2c.validation.parents import Child, Parents

RUN = RunKey("accounts", "run 1", "accounts", "usmf")
(PARENT,) = CONTACTS.parents


class Customers:
    """A destination that holds these customers, and notes what it is asked for."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = numbers
        self.asked: list[str] = []

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str
    ) -> Mapping[str, Row]:
        self.asked += keys
        return {number.casefold(): {key_field: number} for number in self.numbers if number in keys}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    initialize(engine, [])
    ledger = Ledger(engine, lambda: datetime(2026, 3, 1, tzinfo=UTC))
    ledger.begin_run(RUN, Window(None, None, "full"))
    landed = RowOutcome("id-1", "US-001", 1, Outcome.CREATED, destination_key="US-001", ours=True)
    ledger.record(RUN, [landed, RowOutcome("id-2", "US-002", 1, Outcome.REJECTED)], fingerprint="")
    return ledger


def reading(fields: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: fields.get(name, "")


def missing(ledger: Ledger, customers: Customers, source_id: str, number: str) -> str | None:
    child = Child(0, reading({PARENT.id: source_id}), reading({PARENT.target: number}))
    reasons = Parents(CONTACTS, "usmf", "usmf", ledger, customers).missing([child])
    return reasons[0].text if reasons else None


def test_a_parent_that_the_ledger_knows_is_not_asked_for(ledger: Ledger) -> None:
    customers = Customers()
    assert missing(ledger, customers, "id-1", "us-001") is None
    assert customers.asked == []


def test_a_parent_that_the_ledger_does_not_know_is_looked_up_by_key(ledger: Ledger) -> None:
    assert missing(ledger, Customers("US-009"), "id-9", "US-009") is None


def test_a_parent_that_is_nowhere_is_named_with_what_became_of_it(ledger: Ledger) -> None:
    unread = missing(ledger, Customers(), "id-9", "US-009")
    assert unread is not None
    assert unread.startswith("It waits for US-009 of accounts, which is not in CustomersV3; it has not been read yet.")
    rejected = missing(ledger, Customers(), "id-2", "US-002")
    assert rejected is not None
    assert "; it is rejected." in rejected


def test_a_parent_that_landed_under_another_number_is_not_mistaken_for_the_holder_of_the_new_one(
    ledger: Ledger,
) -> None:
    text = missing(ledger, Customers("US-009"), "id-1", "US-009")
    assert text is not None
    assert "is at the destination as US-001" in text


def test_a_row_without_a_parent_waits_for_none(ledger: Ledger) -> None:
    assert missing(ledger, Customers(), "", "") is None
