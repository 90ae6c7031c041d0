"""The products DAG: products, then their prices, in one group."""

from __future__ import annotations

import itertools

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, TriggerRule

STEPS = ["extract", "map", "validate", "load"]
FLOWS = ["products.products", "products.price_list_items"]


@pytest.fixture
def dag(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["products"]


def test_one_group_is_mapped_over_the_organizations(dag: DAG) -> None:
    group = dag.task_group.children["products"]
    assert group._expand_input.value == {"organization": ["usmf", "demf", "glco"]}


def test_each_flow_has_a_subgroup_of_extract_map_validate_load(dag: DAG) -> None:
    assert {f"{flow}.{step}" for flow in FLOWS for step in STEPS} | {"both_loaded"} == set(dag.task_ids)
    for flow in FLOWS:
        for before, after in itertools.pairwise(STEPS):
            assert f"{flow}.{after}" in dag.get_task(f"{flow}.{before}").downstream_task_ids


def test_prices_start_when_the_products_have_ended_however_they_did(dag: DAG) -> None:
    prices = dag.get_task("products.price_list_items.extract")
    assert prices.upstream_task_ids == {"products.products.load"}
    assert prices.trigger_rule == TriggerRule.ALL_DONE


def test_the_run_fails_if_either_load_does(dag: DAG) -> None:
    assert dag.get_task("both_loaded").upstream_task_ids == {f"{flow}.load" for flow in FLOWS}


def test_the_page_of_the_dag_shows_both_flows(dag: DAG) -> None:
    assert "# Products" in dag.doc_md
    assert "# Price list items" in dag.doc_md
    assert "read whole by every run" in dag.doc_md
