from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from p2c_sandbox.store import KeyExists, Page, RowMissing, Store

SALES, ACCOUNTS = "sales", "accounts"
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "state.sqlite")
    yield store
    store.close()


def insert(store: Store, key: str, at: datetime | None = None, **values: object) -> None:
    with store.transaction() as transaction:
        transaction.insert(SALES, ACCOUNTS, key, values, at=at)


def insert_and_fail(store: Store, key: str) -> None:
    with store.transaction() as transaction:
        transaction.insert(SALES, ACCOUNTS, key, {})
        raise RuntimeError


def keys(store: Store, page: Page) -> list[str]:
    with store.read() as transaction:
        return [row.key for row in transaction.find(SALES, ACCOUNTS, page=page)]


def test_a_row_comes_back_with_exact_decimals(store: Store) -> None:
    insert(store, "a", amount=Decimal("100.00"), name="Žalgiris", empty=None)
    with store.read() as transaction:
        row = transaction.get(SALES, ACCOUNTS, "a")
    assert row is not None
    assert row.values == {"amount": Decimal("100.00"), "name": "Žalgiris", "empty": None}
    assert str(row.values["amount"]) == "100.00"


def test_a_taken_key_cannot_be_inserted_again(store: Store) -> None:
    insert(store, "a")
    with pytest.raises(KeyExists, match="accounts already has a row of key 'a'"):
        insert(store, "a")


def test_an_update_merges_and_takes_a_higher_version(store: Store) -> None:
    insert(store, "a", name="old", city="Vilnius")
    with store.transaction() as transaction:
        before = transaction.get(SALES, ACCOUNTS, "a")
        after = transaction.update(SALES, ACCOUNTS, "a", {"name": "new"})
    assert before is not None
    assert after.values == {"name": "new", "city": "Vilnius"}
    assert after.version > before.version


def test_writing_to_a_missing_row_says_so(store: Store) -> None:
    with store.transaction() as transaction, pytest.raises(RowMissing, match="no row of key 'b'"):
        transaction.update(SALES, ACCOUNTS, "b", {})
    with store.transaction() as transaction, pytest.raises(RowMissing):
        transaction.delete(SALES, ACCOUNTS, "b")


def test_an_exception_rolls_the_whole_transaction_back(store: Store) -> None:
    with pytest.raises(RuntimeError):
        insert_and_fail(store, "a")
    assert keys(store, Page()) == []


def test_a_failed_inner_transaction_leaves_the_outer_one_whole(store: Store) -> None:
    with store.transaction() as outer:
        outer.insert(SALES, ACCOUNTS, "a", {})
        with pytest.raises(RuntimeError):
            insert_and_fail(store, "b")
    assert keys(store, Page()) == ["a"]


def test_rows_are_found_in_the_order_they_came(store: Store) -> None:
    for key in ("c", "a", "b"):
        insert(store, key)
    assert keys(store, Page()) == ["c", "a", "b"]


def test_a_page_starts_after_the_last_row_seen(store: Store) -> None:
    for key in ("c", "a", "b"):
        insert(store, key)
    assert keys(store, Page(order="key", after=("a",))) == ["b", "c"]


def test_a_page_by_modification_is_bounded_half_open(store: Store) -> None:
    for hour, key in enumerate(("c", "a", "b")):
        insert(store, key, at=NOON + timedelta(hours=hour))
    window = Page(order="modified", modified_from=NOON, modified_before=NOON + timedelta(hours=2))
    assert keys(store, window) == ["c", "a"]


@pytest.mark.parametrize("indexed", [False, True])
def test_rows_are_found_by_the_value_of_a_property(store: Store, indexed: bool) -> None:
    insert(store, "a", name="Žalgiris ", size=Decimal("1.50"))
    insert(store, "b", name="other", size=2)
    if indexed:
        with store.transaction() as transaction:
            transaction.index(SALES, ACCOUNTS, "name")
            transaction.index(SALES, ACCOUNTS, "size")
    assert keys(store, Page(equal=("name", "žalgiris"))) == ["a"]
    assert keys(store, Page(equal=("size", Decimal("1.5")))) == ["a"]
    assert keys(store, Page(equal=("missing", "x"))) == []


def test_an_index_is_known(store: Store) -> None:
    with store.transaction() as transaction:
        assert not transaction.has_index(SALES, ACCOUNTS, "name")
        transaction.index(SALES, ACCOUNTS, "name")
        assert transaction.has_index(SALES, ACCOUNTS, "name")


def test_a_property_that_is_indexed_is_found_without_a_scan(store: Store) -> None:
    insert(store, "a", name="x")
    with store.transaction() as transaction:
        transaction.index(SALES, ACCOUNTS, "name")
        seen: list[str] = []
        transaction.connection.set_trace_callback(seen.append)
        list(transaction.find(SALES, ACCOUNTS, page=Page("key", equal=("name", "x"))))
        transaction.connection.set_trace_callback(None)
        plan = transaction.connection.execute(f"explain query plan {seen[-1]}").fetchall()
    assert "rows_of_sales_accounts_by_name" in str(plan)


def test_changes_since_a_version_are_upserts_then_deletions(store: Store) -> None:
    for key in ("a", "b", "c"):
        insert(store, key)
    with store.transaction() as transaction:
        start = transaction.last_version()
        transaction.delete(SALES, ACCOUNTS, "a")
        transaction.update(SALES, ACCOUNTS, "c", {"name": "new"})
        transaction.insert(SALES, ACCOUNTS, "d", {})
        transaction.delete(SALES, ACCOUNTS, "d")
        changes = transaction.changes_since(SALES, ACCOUNTS, start)
    assert [(change.key, change.row is None) for change in changes] == [("c", False), ("a", True), ("d", True)]


def test_state_survives_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path / "state.sqlite")
    insert(first, "a", name="kept")
    first.close()
    second = Store(tmp_path / "state.sqlite")
    with second.transaction() as transaction:
        found = transaction.get(SALES, ACCOUNTS, "a")
        assert found is not None
        assert found.values["name"] == "kept"
        assert transaction.next_version() > found.version
    second.close()


def test_writers_of_many_threads_take_turns(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: insert(store, f"{number:03}"), range(100)))
    assert len(keys(store, Page(order="key"))) == 100
