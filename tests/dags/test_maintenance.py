from __future__ import annotations

from airflow.dag_processing.dagbag import DagBag


def test_it_clears_up_every_night(dag_bag: DagBag) -> None:
    dag = dag_bag.dags["maintenance"]
    assert dag.task_ids == ["clear_up", "reconcile"]
    assert dag.params["repair"] is False
    assert dag.timetable.expression == "30 4 * * *"
