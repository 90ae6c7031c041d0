"""The pools in Airflow's own database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.pool import Pool
from airflow.settings import Session
from sqlalchemy import delete

from p2c_airflow.pools import POOLS, create_pools, missing_pools

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


def test_airflow_warns_of_a_dag_whose_pool_is_missing() -> None:
    """Airflow shows this on the DAG's page; without it the run would seem to wait for nothing."""
    folder = Path(__file__).parents[2] / "dags"
    bag = DagBag(folder, known_pools={"default_pool"})
    assert [(warning.dag_id, warning.warning_type) for warning in bag.dag_warnings] == [
        ("accounts", "non-existent pool")
    ]
