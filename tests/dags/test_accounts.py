"""The accounts DAG: its shape and its form."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import ParamValidationError

ParsedWith = Callable[[str], DagBag]
STEPS = ["extract", "map", "validate", "load"]
GROUP = "accounts_to_customers"
TWO_ORGANIZATIONS = """
[organizations.north]
legal_entity = "usmf"
[organizations.south]
legal_entity = "demf"
[flows.accounts]
schedule = "30 4 * * 1"
"""


@pytest.fixture
def dag(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["accounts"]


@pytest.fixture
def parsed_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ParsedWith:
    """Parses the shipped DAGs under another site.toml."""

    def parse(site: str) -> DagBag:
        file = tmp_path / "site.toml"
        file.write_text(site)
        monkeypatch.setenv("AIRFLOW__PROSPECT_TO_CASH__SITE_FILE", str(file))
        return DagBag(Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]))

    return parse


def test_one_group_is_mapped_over_the_organizations(dag: DAG) -> None:
    group = dag.task_group.children[GROUP]
    assert group._expand_input.value == {"organization": ["usmf", "demf", "glco"]}


def test_a_flow_is_extract_map_validate_load(dag: DAG) -> None:
    assert dag.task_ids == [f"{GROUP}.{step}" for step in STEPS]
    for before, after in itertools.pairwise(STEPS):
        assert dag.get_task(f"{GROUP}.{before}").downstream_task_ids == {f"{GROUP}.{after}"}


def test_every_step_shows_its_organization_instead_of_a_number(dag: DAG) -> None:
    assert {task.map_index_template for task in dag.tasks} == {"{{ task.organization }}"}


def test_steps_that_speak_to_a_system_stand_in_its_pool(dag: DAG) -> None:
    pools = {task.task_id.rpartition(".")[2]: task.pool for task in dag.tasks}
    assert pools == {
        "extract": "p2c_sales",
        "map": "default_pool",
        "validate": "p2c_finance_operations",
        "load": "p2c_finance_operations",
    }


def test_the_form_starts_with_an_ordinary_run(dag: DAG) -> None:
    assert dag.params.dump() == {
        "full": False,
        "start": None,
        "end": None,
        "keys": [],
        "organizations": [],
        "adopt": False,
        "dry_run": False,
    }


def test_every_parameter_of_the_form_has_a_title_and_an_explanation(dag: DAG) -> None:
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.schema["title"]
        assert param.description


def test_the_form_offers_the_organizations_to_choose_from(dag: DAG) -> None:
    assert dag.params.get_param("organizations").schema["examples"] == ["usmf", "demf", "glco"]


@pytest.mark.parametrize(("name", "value"), [("start", 1), ("keys", "A1"), ("full", "perhaps"), ("keys", [""])])
def test_the_form_refuses_a_value_of_the_wrong_kind(dag: DAG, name: str, value: object) -> None:
    with pytest.raises(ParamValidationError):
        dag.params.get_param(name).resolve(value)


def test_the_page_of_the_dag_is_made_from_the_flow(dag: DAG) -> None:
    assert "| `accountnumber` | `AccountId` |" in dag.doc_md
    assert "`CustomerGroups.CustomerGroupId`" in dag.doc_md


def test_organizations_and_schedule_come_from_site_toml(parsed_with: ParsedWith) -> None:
    parsed = parsed_with(TWO_ORGANIZATIONS)
    assert parsed.import_errors == {}
    dag = parsed.dags["accounts"]
    assert dag.task_group.children[GROUP]._expand_input.value == {"organization": ["north", "south"]}
    assert dag.timetable.expression == "30 4 * * 1"


def test_no_organization_is_a_parse_error_that_says_what_to_add(parsed_with: ParsedWith) -> None:
    errors = parsed_with("[organizations]\n").import_errors
    assert any("add a table [organizations.<name>]" in text for text in errors.values())


def test_a_misspelt_setting_is_a_parse_error_that_names_the_nearest(parsed_with: ParsedWith) -> None:
    errors = parsed_with(TWO_ORGANIZATIONS + "\n[runs]\npage_sise = 10\n").import_errors
    assert any("'page_sise'; did you mean 'page_size'" in text for text in errors.values())
