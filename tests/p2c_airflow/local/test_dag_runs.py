from __future__ import annotations

import pytest

from p2c_airflow.local.dag_runs import DagRun
from p2c_airflow.local.stack import Stack

pytestmark = pytest.mark.airflow


def nothing() -> None:
    """No progress to tell."""


@pytest.fixture(scope="module")
def first_run(stack: Stack) -> DagRun:
    """The run of the DAG's first unpausing: its latest interval is due."""
    return DagRun.start(stack, "another")


def test_the_first_run_is_the_one_that_unpausing_brings(stack: Stack, first_run: DagRun) -> None:
    first_run.follow(nothing)
    scheduled = [run["dag_run_id"] for run in stack.api.runs("another") if run["run_type"] == "scheduled"]
    assert scheduled == [first_run.run_id]


def test_a_later_run_is_triggered(stack: Stack, first_run: DagRun) -> None:
    first_run.follow(nothing)
    later = DagRun.start(stack, "another")
    assert (later.run_id.startswith("manual__"), later.follow(nothing)) == (True, True)


def test_a_dag_without_a_schedule_is_triggered_with_its_form(stack: Stack) -> None:
    run = DagRun.start(stack, "initial_load", {"dry_run": False})
    assert run.follow(nothing)
    assert stack.api.run("initial_load", run.run_id)["conf"] == {"dry_run": False}


def test_progress_is_told_until_the_run_has_ended(stack: Stack, first_run: DagRun) -> None:
    states = []
    run = DagRun.start(stack, "another")
    run.follow(lambda: states.append(stack.api.run("another", run.run_id)["state"]))
    assert states[-1] == "success"


def test_a_failed_task_is_printed_once_with_its_error(
    stack: Stack, first_run: DagRun, capsys: pytest.CaptureFixture[str]
) -> None:
    first_run.follow(nothing)
    run = DagRun.start(stack, "another", {"fail": True})
    assert not run.follow(nothing)
    printed = capsys.readouterr().out
    assert printed.count("ValueError: refused") == 2
    assert run.failed_organizations() == {"usmf", "demf"}
