"""The pools that bound how many steps use a system at once.

Airflow never starts a task whose pool does not exist, and says so in the scheduler's log alone. `p2c init` makes the
pools, `p2c check` misses them, and a run without them fails at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError
from p2c.flow import System

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun


@dataclass(frozen=True)
class SystemPool:
    """A pool: its name, and the slots it is created with."""

    name: str
    slots: int
    description: str


POOLS: dict[System, SystemPool] = {
    "sales": SystemPool("p2c_sales", 8, "Steps that read or write Dynamics 365 Sales"),
    "finance_operations": SystemPool(
        "p2c_finance_operations", 4, "Steps that read or write Dynamics 365 Finance and Operations"
    ),
}

MISSING_POOL = "Airflow has no pool"


def missing_pools() -> list[str]:
    """The names of our pools that Airflow does not have; raises ConfigurationError."""
    from airflow.models.pool import Pool
    from sqlalchemy.exc import DatabaseError

    try:
        present = {pool.pool for pool in Pool.get_pools()}
    except DatabaseError as error:
        raise ConfigurationError(
            f"Airflow's own database cannot be read ({error.orig}). Run `airflow db migrate` first."
        ) from error
    return [pool.name for pool in POOLS.values() if pool.name not in present]


def create_pools() -> list[str]:
    """Create the pools that are missing and return their names; raises ConfigurationError.

    A pool that exists keeps its slots.
    """
    from airflow.models.pool import Pool

    missing = missing_pools()
    for pool in POOLS.values():
        if pool.name in missing:
            Pool.create_or_update_pool(pool.name, pool.slots, pool.description, include_deferred=True)
    return missing


def fail_run_without_pools(dag_run: DagRun) -> None:
    """Fail a run that starts, with a note for people, if a pool of ours that its tasks stand in does not exist.

    The note of an earlier start goes when the pools are there.
    """
    from airflow.models.pool import Pool
    from airflow.utils.state import DagRunState
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    wanted = {task.pool for task in dag_run.dag.tasks} & {pool.name for pool in POOLS.values()}
    if not wanted or session is None:
        return
    present = set(session.scalars(select(Pool.pool).where(Pool.pool.in_(wanted))))
    if missing := sorted(wanted - present):
        dag_run.note = (
            f"{MISSING_POOL} {' and no pool '.join(missing)}, so the steps in it could never start. "
            "Run `p2c init`, then clear this run."
        )
        dag_run.set_state(DagRunState.FAILED)
    elif (dag_run.note or "").startswith(MISSING_POOL):
        dag_run.dag_run_note = None
