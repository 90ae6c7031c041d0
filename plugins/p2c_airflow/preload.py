"""Does what every step would do first, once, in the process that forks the workers: tasks then start seconds sooner."""

from __future__ import annotations

import os
from importlib import import_module
from typing import get_args

#: The steps and the hooks import all the heavy libraries.
STEP_MODULES = (
    "p2c.steps.extract",
    "p2c.steps.map",
    "p2c.steps.validate",
    "p2c.steps.load",
    "p2c.steps.finish",
    "p2c.database.schema",
    "p2c_airflow.hooks.systems",
    "p2c_airflow.hooks.common_data_service",
    "p2c_airflow.metrics",
)
#: A DAG file, which each task reads anew, imports these.
DAG_MODULES = ("airflow.sdk.definitions.decorators", "p2c_airflow.flow_tasks", "p2c_airflow.wiring")
#: Libraries import these only when they are put to work: PyArrow at the first table, Airflow at the first path.
LATE_MODULES = (
    "airflow.providers.common.io.assets.file",
    "airflow.sdk.execution_time.cache",
    "p2c.ledger.migrations",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "upath.implementations.local",
)


def preload() -> None:
    """Import all that a step imports and read the metadata; raises ImportError for a broken installation."""
    # numpy would start threads of its own, which a fork does not copy
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in (*STEP_MODULES, *DAG_MODULES, *LATE_MODULES):
        import_module(name)
    _read_metadata()


def _read_metadata() -> None:
    """The parsed metadata is kept in the process, so the workers inherit it."""
    from p2c.flow import System
    from p2c_metadata import load

    for system in get_args(System):
        load(system)
