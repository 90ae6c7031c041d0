from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from p2c.ledger import Outcome, RowOutcome, Run, RunKey, Window
from p2c_airflow.local.journal import journalled, reported, written_rows

RUN = Run(
    RunKey("accounts", "first", "accounts", "usmf"),
    Window(None, None, "full"),
    dry_run=False,
    adopt=False,
    state="success",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def effect(kind: str, key: str = "usmf,US-001", entity_set: str = "CustomersV3") -> dict[str, Any]:
    return {"entity_set": entity_set, "key": key, "kind": kind}


def row(outcome: Outcome, key: str = "US-001", changed: tuple[str, ...] = ()) -> RowOutcome:
    return RowOutcome(key, key, 1, outcome, changed_fields=changed)


def test_a_row_that_is_created_and_then_updated_is_a_created_one() -> None:
    assert journalled([effect("created"), effect("updated")]) == {("CustomersV3", "created"): 1}


def test_a_row_that_is_updated_twice_counts_once() -> None:
    assert journalled([effect("updated"), effect("updated")]) == {("CustomersV3", "updated"): 1}


def test_a_row_that_came_and_went_is_none() -> None:
    assert journalled([effect("created"), effect("deleted")]) == {}


def test_rows_of_two_entity_sets_are_counted_apart() -> None:
    assert len(journalled([effect("created"), effect("created", entity_set="CDSContactPersonsV2")])) == 2


@pytest.mark.parametrize("outcome", [Outcome.CREATED, Outcome.UPDATED])
def test_rows_reported_as_written_are_counted(outcome: Outcome) -> None:
    assert reported([(RUN, [row(outcome), row(Outcome.REJECTED, "US-002")])]) == {("CustomersV3", outcome.value): 1}


@pytest.mark.parametrize(("changed", "count"), [((), 0), (("OnHoldStatus",), 1)])
def test_a_row_that_left_counts_where_something_was_done_to_it(changed: tuple[str, ...], count: int) -> None:
    assert sum(reported([(RUN, [row(Outcome.LEFT, changed=changed)])]).values()) == count


def test_written_rows_are_named_by_flow_organization_and_key() -> None:
    rows = [row(Outcome.CREATED), row(Outcome.UNCHANGED, "US-002")]
    assert written_rows([(RUN, rows)]) == {("accounts", "usmf", "US-001")}
