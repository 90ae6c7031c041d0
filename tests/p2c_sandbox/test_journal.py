from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from p2c_sandbox.clock import Clock
from p2c_sandbox.journal import Journal, RequestEntry, operation_entry
from p2c_sandbox.messages import Request
from p2c_sandbox.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "state.sqlite")
    yield store
    store.close()


def entry(number: int, system: str = "sales", headers: dict[str, str] | None = None) -> RequestEntry:
    return RequestEntry(
        id=number,
        system=system,
        method="GET",
        path="/api/data/v9.2/accounts",
        query="client_secret=abc",
        entity_set="accounts",
        headers=headers or {},
        status=200,
        milliseconds=1.5,
    )


def record_effect_and_fail(journal: Journal, store: Store) -> None:
    with store.transaction() as transaction:
        journal.record_effect(transaction, 1, "sales", "accounts", "a", "created", {})
        raise RuntimeError


def test_request_ids_rise_across_a_restart(store: Store) -> None:
    journal = Journal(store)
    journal.record_request(entry(journal.next_request_id()), entry(journal.next_request_id()))
    assert Journal(store).next_request_id() == 3


def test_credentials_are_masked_before_they_are_kept(store: Store) -> None:
    journal = Journal(store)
    journal.record_request(entry(1, headers={"authorization": "Bearer abc"}))
    (seen,) = journal.requests()
    assert seen["headers"] == {"authorization": "Bearer ***"}
    assert "abc" not in str(seen)


def test_an_effect_tells_what_changed_from_what_to_what(store: Store) -> None:
    journal = Journal(store)
    with store.transaction() as transaction:
        journal.record_effect(transaction, 7, "sales", "accounts", "a", "updated", {"name": ("Old", "New")}, 2)
    (effect,) = journal.effects()
    assert effect["changes"] == {"name": {"old": "Old", "new": "New"}}
    assert (effect["request_id"], effect["operation"], effect["kind"]) == (7, 2, "updated")


def test_an_effect_that_is_undone_is_not_kept(store: Store) -> None:
    journal = Journal(store)
    with pytest.raises(RuntimeError):
        record_effect_and_fail(journal, store)
    assert journal.effects() == []


@pytest.mark.parametrize(
    ("filters", "numbers"), [({"since": 1}, [2, 3]), ({"system": "entra"}, [3]), ({"since": "2100-01-01"}, [])]
)
def test_requests_are_found_by_filter(store: Store, filters: dict[str, str | int], numbers: list[int]) -> None:
    journal = Journal(store)
    journal.record_request(entry(1), entry(2), entry(3, system="entra"))
    assert [seen["id"] for seen in journal.requests(**filters)] == numbers


def test_a_cleared_journal_is_empty(store: Store) -> None:
    journal = Journal(store)
    journal.record_request(entry(1))
    journal.clear()
    assert journal.requests() == []


def test_an_operation_is_kept_under_its_request(store: Store) -> None:
    request = Request("POST", "/data/CustomersV3", "", {}, b"", "http://127.0.0.1:1", id=4, operation=2)
    found = operation_entry("finance_operations", request, "CustomersV3", 201, 0.5)
    assert (found.id, found.operation, found.status) == (4, 2, 201)


def test_a_request_bears_what_the_sandboxs_own_clock_shows(tmp_path: Path) -> None:
    clock = Clock()
    clock.set(datetime(2030, 5, 1, 12, tzinfo=UTC))
    store = Store(tmp_path / "state.sqlite", clock)
    journal = Journal(store)
    journal.record_request(entry(journal.next_request_id()))
    assert journal.requests()[0]["clock"].startswith("2030-05-01T12:00:0")
    store.close()


def test_a_journal_kept_from_before_requests_bore_that_time_goes_on(store: Store) -> None:
    Journal(store)
    with store.transaction() as transaction:
        transaction.connection.execute("ALTER TABLE journal_requests DROP COLUMN clock")
    journal = Journal(store)
    journal.record_request(entry(journal.next_request_id()))
    assert journal.requests()[0]["clock"]
