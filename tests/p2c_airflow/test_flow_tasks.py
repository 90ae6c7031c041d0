from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.sdk import DAG

from p2c.flows.accounts import ACCOUNTS
from p2c_airflow.flow_tasks import flow_tasks


@pytest.fixture
def dag(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DAG:
    """The tasks of the accounts flow, split in as many key ranges as the test asks for."""
    file = tmp_path / "site.toml"
    file.write_text(f'[organizations.usmf]\nlegal_entity = "usmf"\n[flows.accounts]\nkey_ranges = {request.param}\n')
    monkeypatch.setenv("AIRFLOW__PROSPECT_TO_CASH__SITE_FILE", str(file))
    with DAG("accounts", start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule=None) as made:
        first, last = flow_tasks(ACCOUNTS, "usmf")
    assert (first.task_id, last.task_id) == ("extract", "load" if request.param == 1 else "finish")
    return made


@pytest.mark.parametrize("dag", [1], indirect=True)
def test_a_flow_in_one_piece_is_extract_map_validate_load(dag: DAG) -> None:
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "extract": {"map"},
        "map": {"validate"},
        "validate": {"load"},
        "load": set(),
    }


@pytest.mark.parametrize("dag", [2], indirect=True)
def test_no_key_range_is_loaded_before_all_are_judged(dag: DAG) -> None:
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "extract": {"map_1", "map_2"},
        "map_1": {"validate_1"},
        "map_2": {"validate_2"},
        "validate_1": {"load_1", "load_2"},
        "validate_2": {"load_1", "load_2"},
        "load_1": {"finish"},
        "load_2": {"finish"},
        "finish": set(),
    }


@pytest.mark.parametrize("dag", [2], indirect=True)
def test_each_task_knows_its_key_range(dag: DAG) -> None:
    ranges = {task.task_id: (task.key_range, task.key_ranges) for task in dag.tasks if task.task_id[-1].isdecimal()}
    assert set(ranges.values()) == {(1, 2), (2, 2)}
    assert all(name.endswith(f"_{number}") for name, (number, _) in ranges.items())
