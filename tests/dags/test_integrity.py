"""What holds for every shipped DAG."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import CronDataIntervalTimetable
from airflow.serialization.serialized_objects import DagSerialization

from p2c_airflow.operators.alerts import AlertsOperator
from p2c_airflow.operators.clear_up import ClearUpOperator
from p2c_airflow.operators.reconcile import ReconcileOperator
from p2c_airflow.operators.step import StepOperator
from p2c_airflow.retry_policy import StepRetryPolicy

DAGS = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
STARTED_BY_HAND = {"initial_load"}
#: They look at what the others left, and read no span of time.
WATCHING = {"alerts", "maintenance"}
HEAVY = {"alembic", "fastapi", "pandas", "psycopg", "pyarrow", "requests", "upath"}
PARSED_IN_FORKS = """
import json, os, runpy, sys
import airflow.sdk
from airflow.sdk import DAG, BaseOperator
before = set(sys.modules)
for file in sys.argv[1:]:
    if os.fork():
        assert os.wait()[1] == 0, file
        continue
    runpy.run_path(file)
    imported = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
    print(json.dumps([file.rpartition("/")[2], imported]), flush=True)
    os._exit(0)
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
    scheduled = {name: dag.timetable for name, dag in dag_bag.dags.items() if name not in STARTED_BY_HAND | WATCHING}
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
        assert isinstance(step, StepOperator | AlertsOperator | ClearUpOperator | ReconcileOperator)
        assert step.retries == 3
        assert isinstance(step.retry_policy, StepRetryPolicy)
        assert step.execution_timeout


@dataclass(frozen=True)
class Parsed:
    """What each DAG file imported, by its name, where no connection, Variable or database was to be had."""

    imported: Mapping[str, set[str]]
    database: Path


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    """Each file parsed by a fork of a fresh interpreter that holds what Airflow imports to parse any DAG."""
    home = tmp_path_factory.mktemp("home")
    database = home / "none.db"
    nowhere = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}", "AIRFLOW_HOME": str(home)}
    command = [sys.executable, "-c", PARSED_IN_FORKS, *map(str, dag_files())]
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ | nowhere, text=True, timeout=120)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return Parsed({name: set(imported) for name, imported in lines}, database)


@pytest.mark.parametrize("file", dag_files(), ids=lambda file: file.name)
def test_parsing_imports_nothing_heavy(parsed: Parsed, file: Path) -> None:
    assert not HEAVY & parsed.imported[file.name]


def test_parsing_needs_no_connection_variable_or_database(parsed: Parsed) -> None:
    assert set(parsed.imported) == {file.name for file in dag_files()}
    assert not parsed.database.exists()
