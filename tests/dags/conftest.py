"""The shipped DAGs, parsed once as Airflow parses them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag


@pytest.fixture(scope="session")
def dag_bag() -> DagBag:
    return DagBag(Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]))
