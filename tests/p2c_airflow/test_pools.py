"""The pools in Airflow's own database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun
from airflow.models.pool import Pool
from airflow.serialization.serialized_objects import DagSerialization
from airflow.settings import Session
from airflow.utils.state import DagRunState
from sqlalchemy import delete

from p2c_airflow.pools import POOLS, create_pools, fail_run_without_pools, missing_pools

DAGS = Path(__file__).parents[2] / "dags"
NAMES = [pool.name for pool in POOLS.values()]


@pytest.fixture
def no_pools(airflow_database: None) -> Iterator[None]:
    Session.execute(delete(Pool).where(Pool.pool.in_(NAMES)))
    Session.commit()
    yield
    create_pools()


def test_missing_pools_are_named(no_pools: None) -> None:
    assert missing_pools() == NAMES


def test_pools_are_created_once(no_pools: None) -> None:
    assert create_pools() == NAMES
    assert create_pools() == []


def test_a_deferred_task_keeps_its_slot(no_pools: None) -> None:
    create_pools()
    assert all(Pool.get_pool(name).include_deferred for name in NAMES)


def test_a_pool_that_was_resized_keeps_its_size(no_pools: None) -> None:
    Pool.create_or_update_pool(NAMES[0], 99, "ours", include_deferred=True)
    create_pools()
    assert Pool.get_pool(NAMES[0]).slots == 99


@pytest.fixture
def all_pools(airflow_database: None) -> None:
    create_pools()


@pytest.fixture
def started_run(airflow_database: None) -> Iterator[DagRun]:
    """A run of the accounts DAG that has just started, as the scheduler holds it."""
    dag = DagBag(DAGS).dags["accounts"]
    with Session() as session:
        run = DagRun(dag_id="accounts", run_id="manual__pools", run_type="manual", state=DagRunState.RUNNING)
        run.dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
        session.add(run)
        yield run
        session.rollback()


def test_a_run_whose_pool_is_missing_fails_with_a_note_that_says_what_to_run(
    no_pools: None, started_run: DagRun
) -> None:
    fail_run_without_pools(started_run)
    assert started_run.state == DagRunState.FAILED
    assert "no pool p2c_finance_operations and no pool p2c_sales" in started_run.note
    assert "Run `p2c init`, then clear this run." in started_run.note


def test_a_run_that_has_its_pools_goes_on(all_pools: None, started_run: DagRun) -> None:
    fail_run_without_pools(started_run)
    assert (started_run.state, started_run.note) == (DagRunState.RUNNING, None)


def test_the_note_goes_once_the_pools_are_there(all_pools: None, started_run: DagRun) -> None:
    started_run.note = "Airflow has no pool p2c_sales, so the steps in it could never start."
    fail_run_without_pools(started_run)
    assert started_run.note is None


def test_a_note_of_a_person_stays(all_pools: None, started_run: DagRun) -> None:
    started_run.note = "Run again after the change of prices."
    fail_run_without_pools(started_run)
    assert started_run.note == "Run again after the change of prices."


def test_the_plugin_looks_at_every_run_that_starts(no_pools: None, started_run: DagRun) -> None:
    started_run.notify_dagrun_state_changed(msg="started")
    assert started_run.state == DagRunState.FAILED
