from __future__ import annotations

from airflow.dag_processing.dagbag import DagBag

from p2c_airflow.notifications.run_failed import RunFailedNotifier


def test_it_looks_every_half_hour(dag_bag: DagBag) -> None:
    dag = dag_bag.dags["alerts"]
    assert dag.task_ids == ["look_and_tell"]
    assert dag.timetable.expression == "*/30 * * * *"


def test_every_other_dag_tells_of_its_failed_runs(dag_bag: DagBag) -> None:
    for name, dag in dag_bag.dags.items():
        assert isinstance(dag.on_failure_callback, RunFailedNotifier) is (name != "alerts")
