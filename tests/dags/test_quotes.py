"""The quotes DAG: its shape and its page."""

from __future__ import annotations

import itertools

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

STEPS = ["extract", "map", "validate", "load"]
GROUP = "quotes"


@pytest.fixture
def dag(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["quotes"]


def test_one_group_is_mapped_over_the_organizations(dag: DAG) -> None:
    group = dag.task_group.children[GROUP]
    assert group._expand_input.value == {"organization": ["usmf", "demf", "glco"]}


def test_the_flow_is_extract_map_validate_load_for_header_and_lines_alike(dag: DAG) -> None:
    assert dag.task_ids == [f"{GROUP}.{step}" for step in STEPS]
    for before, after in itertools.pairwise(STEPS):
        assert dag.get_task(f"{GROUP}.{before}").downstream_task_ids == {f"{GROUP}.{after}"}


def test_the_page_of_the_dag_shows_lines_as_the_site_has_them_sent(dag: DAG) -> None:
    assert "## Quote lines" in dag.doc_md
    assert "`TotalDiscountAmount`" in dag.doc_md
    assert "`LineDiscountAmount` (off)" in dag.doc_md
