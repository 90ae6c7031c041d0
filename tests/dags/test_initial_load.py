"""The initial load: its shape and its form."""

from __future__ import annotations

import itertools

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from p2c.flows import FLOWS
from p2c_airflow.wiring import group_name, organizations

STEPS = ["extract", "map", "validate", "load"]
END = "every_flow_loaded"


@pytest.fixture
def dag(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["initial_load"]


def groups() -> list[str]:
    return [f"flows.{group_name(flow)}" for flow in FLOWS.values()]


def test_one_group_is_mapped_over_the_organizations(dag: DAG) -> None:
    assert dag.task_group.children["flows"]._expand_input.value == {"organization": organizations()}


def test_every_declared_flow_is_there_with_its_four_steps(dag: DAG) -> None:
    assert set(dag.task_ids) == {END} | {f"{group}.{step}" for group in groups() for step in STEPS}
    for group in groups():
        for before, after in itertools.pairwise(STEPS):
            assert f"{group}.{after}" in dag.get_task(f"{group}.{before}").downstream_task_ids


def test_a_flow_starts_when_the_one_before_it_has_ended_however_it_ended(dag: DAG) -> None:
    for before, after in itertools.pairwise(groups()):
        extract = dag.get_task(f"{after}.extract")
        assert extract.upstream_task_ids == {f"{before}.load"}
        assert extract.trigger_rule == "all_done"


def test_the_run_succeeds_only_if_every_load_did(dag: DAG) -> None:
    assert dag.leaves == [dag.get_task(END)]
    assert dag.get_task(END).upstream_task_ids == {f"{group}.load" for group in groups()}
    assert dag.get_task(END).trigger_rule == "none_failed"


def test_every_flow_is_read_whole(dag: DAG) -> None:
    assert all(dag.get_task(f"{group}.extract").initial for group in groups())


def test_it_has_no_schedule_and_its_form_starts_with_a_dry_run(dag: DAG) -> None:
    assert not dag.timetable.can_be_scheduled
    assert dag.params.dump() == {"organizations": [], "adopt": False, "dry_run": True}
