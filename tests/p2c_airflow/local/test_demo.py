from __future__ import annotations

import pytest

from p2c_airflow.local.demo import follow_run, start_run
from p2c_airflow.local.stack import Stack

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def first_run(stack: Stack) -> str:
    """The run of the DAG's first unpausing: its latest interval is due."""
    return start_run(stack)


def test_the_first_run_is_the_one_that_unpausing_brings(stack: Stack, first_run: str) -> None:
    follow_run(stack, first_run)
    assert [run["dag_run_id"] for run in stack.api.runs("accounts") if run["run_type"] == "scheduled"] == [first_run]


def test_a_later_run_is_triggered(stack: Stack, first_run: str) -> None:
    follow_run(stack, first_run)
    later = start_run(stack)
    assert (later.startswith("manual__"), follow_run(stack, later)) == (True, "success")


def test_each_task_is_printed_with_its_organization(
    stack: Stack, first_run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert follow_run(stack, first_run) == "success"
    lines = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    assert sorted(lines) == [["demf", "load", "success"], ["usmf", "load", "success"]]


def test_a_failed_task_is_printed_with_its_error(
    stack: Stack, first_run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    follow_run(stack, first_run)
    assert follow_run(stack, stack.api.trigger("accounts", {"fail": True})) == "failed"
    assert capsys.readouterr().out.count("      ValueError: refused\n") == 2
