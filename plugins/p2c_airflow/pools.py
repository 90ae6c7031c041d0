"""The pools that bound how many steps use a system at once.

Airflow never starts a task whose pool does not exist: it shows a warning on the DAG, and the task waits. `p2c init`
makes the pools, `p2c check` misses them.
"""

from __future__ import annotations

from dataclasses import dataclass

from p2c.errors import ConfigurationError
from p2c.flow import System


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
