"""What holds for every shipped DAG."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import CronDataIntervalTimetable
from airflow.serialization.serialized_objects import DagSerialization

from p2c_airflow.operators.step import StepOperator
from p2c_airflow.retry_policy import StepRetryPolicy

DAGS = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
STARTED_BY_HAND = {"initial_load"}
HEAVY = {"alembic", "fastapi", "pandas", "psycopg", "pyarrow", "requests", "upath"}
IMPORTED_BY_A_DAG_FILE = """
import json, runpy, sys
import airflow.sdk
from airflow.sdk import DAG, BaseOperator
before = set(sys.modules)
runpy.run_path(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def dag_files() -> list[Path]:
    return sorted(DAGS.glob("*.py"))


def test_every_dag_parses(dag_bag: DagBag) -> None:
    assert dag_bag.import_errors == {}
    assert dag_bag.dags


def test_every_dag_survives_serialization(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        again = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assert again.task_ids == dag.task_ids


def test_every_dag_documents_itself(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        assert dag.doc_md
        assert dag.description
        assert "prospect to cash" in dag.tags


def test_every_dag_on_a_schedule_has_data_intervals_so_that_a_backfill_covers_time(dag_bag: DagBag) -> None:
    scheduled = {name: dag.timetable for name, dag in dag_bag.dags.items() if name not in STARTED_BY_HAND}
    assert {type(timetable) for timetable in scheduled.values()} == {CronDataIntervalTimetable}


def test_a_dag_never_runs_twice_at_once_nor_for_the_past(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        assert not dag.catchup
        assert dag.max_active_runs == 1


def test_every_step_retries_by_the_decision_table_and_ends_some_time(dag_bag: DagBag) -> None:
    tasks = [task for dag in dag_bag.dags.values() for task in dag.tasks]
    steps = [task for task in tasks if not isinstance(task, EmptyOperator)]
    assert steps
    for step in steps:
        assert isinstance(step, StepOperator)
        assert step.retries == 3
        assert isinstance(step.retry_policy, StepRetryPolicy)
        assert step.execution_timeout


@pytest.mark.parametrize("file", dag_files(), ids=lambda file: file.name)
def test_parsing_imports_nothing_heavy(file: Path) -> None:
    """Measured in a fresh interpreter, beside what Airflow itself imports to parse any DAG."""
    command = [sys.executable, "-c", IMPORTED_BY_A_DAG_FILE, str(file)]
    imported = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    assert not HEAVY & set(json.loads(imported.splitlines()[-1]))


@pytest.mark.parametrize("file", dag_files(), ids=lambda file: file.name)
def test_parsing_needs_no_connection_variable_or_database(file: Path, tmp_path: Path) -> None:
    nowhere = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/none.db", "AIRFLOW_HOME": str(tmp_path)}
    command = [sys.executable, "-c", IMPORTED_BY_A_DAG_FILE, str(file)]
    subprocess.run(command, capture_output=True, check=True, env=os.environ | nowhere, timeout=120)
    assert not (tmp_path / "none.db").exists()
