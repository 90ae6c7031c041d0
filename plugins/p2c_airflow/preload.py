"""Imports what every step needs, once, in the process that forks the workers: tasks then start seconds sooner."""

from __future__ import annotations

import os
from importlib import import_module

#: The steps and the hooks import all the heavy libraries.
STEP_MODULES = (
    "p2c.steps.extract",
    "p2c.steps.map",
    "p2c.steps.validate",
    "p2c.steps.load",
    "p2c.database.schema",
    "p2c_airflow.hooks.systems",
    "p2c_airflow.hooks.common_data_service",
    "p2c_airflow.operators.extract",
    "p2c_airflow.operators.map",
    "p2c_airflow.operators.validate",
    "p2c_airflow.operators.load",
)


def preload() -> None:
    """Import all that a step imports; raises ImportError for a broken installation."""
    # numpy would start threads of its own, which a fork does not copy
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in STEP_MODULES:
        import_module(name)
