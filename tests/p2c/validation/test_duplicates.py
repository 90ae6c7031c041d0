from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.keys import normalised
from p2c.ledger import Outcome, RowState
from p2c.validation.duplicates import KeyHolders

LANDED = RowState(
    flow="accounts",
    organization="usmf",
    source_id="earlier",
    integration_key="US-001",
    destination_key="US-001",
    version=1,
    outcome=Outcome.UPDATED,
    reasons=(),
    ours=True,
    attempts=0,
    due_at=None,
    retry_requested=False,
    dismissed=False,
    differences="",
    times_differed=0,
    fingerprint="",
    request_id="",
    dag_id="accounts",
    run_id="run-1",
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
)
REJECTED = replace(LANDED, outcome=Outcome.REJECTED, ours=False, destination_key=None)


def test_a_key_that_one_row_holds_is_free() -> None:
    assert KeyHolders([("a", "US-001"), ("b", "US-002")]).conflict("a", "US-001", (), {}) is None


def test_two_rows_with_one_key_name_each_other() -> None:
    holders = KeyHolders([("a", "US-001"), ("b", "US-001")])
    one, other = (holders.conflict(source_id, "US-001", (), {}) for source_id in "ab")
    assert one is not None
    assert other is not None
    assert one.text.startswith("Key 'US-001' is also used by b. Give each row its own number in the source, or delete")
    assert other.text.startswith("Key 'US-001' is also used by a.")
    assert (one.code, one.value) == ("duplicate_key", "US-001")


@pytest.mark.parametrize("key", ["us-001", "US-001  ", " US-001"])
def test_keys_that_differ_by_case_or_blanks_are_duplicates(key: str) -> None:
    assert KeyHolders([("a", "US-001"), ("b", key)]).conflict("a", "US-001", (), {}) is not None


def test_keys_that_differ_by_unicode_composition_are_duplicates() -> None:
    assert KeyHolders([("a", "Caf\u00e9"), ("b", "Cafe\u0301")]).conflict("b", "Cafe\u0301", (), {}) is not None


def test_a_row_that_paging_repeats_is_no_duplicate_of_itself() -> None:
    assert KeyHolders([("a", "US-001"), ("a", "US-001")]).conflict("a", "US-001", (), {}) is None


def test_a_row_that_landed_before_keeps_its_key() -> None:
    reason = KeyHolders([("a", "US-001")]).conflict("a", "US-001", [LANDED], {})
    assert reason is not None
    assert "used by earlier" in reason.text


def test_a_row_that_landed_keeps_its_key_even_when_it_is_read_again_with_another() -> None:
    holders = KeyHolders([("a", "US-001"), ("earlier", "US-002")])
    assert holders.conflict("a", "US-001", [LANDED], {"earlier": ()}) is not None


def test_a_row_meets_itself_in_the_ledger_without_conflict() -> None:
    assert KeyHolders([("earlier", "US-001")]).conflict("earlier", "US-001", [LANDED], {"earlier": ()}) is None


def test_a_row_rejected_before_still_claims_its_key_until_it_is_read_again() -> None:
    holders = KeyHolders([("a", "US-001")])
    assert holders.conflict("a", "US-001", [REJECTED], {}) is not None
    assert holders.conflict("a", "US-001", [REJECTED], {"earlier": ()}) is None


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.LEFT])
def test_a_row_out_of_scope_that_never_landed_claims_no_key(outcome: Outcome) -> None:
    earlier = replace(REJECTED, outcome=outcome)
    assert KeyHolders([("a", "US-001")]).conflict("a", "US-001", [earlier], {}) is None


def test_of_many_rows_with_one_key_ten_are_named() -> None:
    holders = KeyHolders((f"row-{number:04}", "US-001") for number in range(5000))
    reason = holders.conflict("row-0000", "US-001", (), {})
    assert reason is not None
    assert "row-0010, .... Give" in reason.text
    assert "row-0011" not in reason.text


@settings(deadline=None)
@given(st.lists(st.text(max_size=3), max_size=20))
def test_a_row_conflicts_exactly_when_another_has_the_same_key(keys: list[str]) -> None:
    rows = [(str(number), key) for number, key in enumerate(keys)]
    holders = KeyHolders(rows)
    same = [normalised(key) for key in keys]
    for number, (source_id, key) in enumerate(rows):
        assert (holders.conflict(source_id, key, (), {}) is not None) == (same.count(same[number]) > 1)
