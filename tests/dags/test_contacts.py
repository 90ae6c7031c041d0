"""The contacts DAG: two flows side by side in one group."""

from __future__ import annotations

import itertools

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

STEPS = ["extract", "map", "validate", "load"]
GROUP = "contacts"
FLOWS = ["contacts_to_contacts", "contacts_to_customers"]


@pytest.fixture
def dag(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["contacts"]


def test_one_group_is_mapped_over_the_organizations(dag: DAG) -> None:
    group = dag.task_group.children[GROUP]
    assert group._expand_input.value == {"organization": ["usmf", "demf", "glco"]}


def test_each_flow_has_a_subgroup_of_extract_map_validate_load(dag: DAG) -> None:
    assert dag.task_ids == [f"{GROUP}.{flow}.{step}" for flow in FLOWS for step in STEPS]
    for flow in FLOWS:
        for before, after in itertools.pairwise(STEPS):
            downstream = dag.get_task(f"{GROUP}.{flow}.{before}").downstream_task_ids
            assert downstream == {f"{GROUP}.{flow}.{after}"}


def test_the_page_of_the_dag_shows_both_flows(dag: DAG) -> None:
    assert "# Contacts to contacts" in dag.doc_md
    assert "# Contacts to customers" in dag.doc_md
    assert "`AssociatedContactNumber` = `CustomersV3.CustomerAccount`" in dag.doc_md
