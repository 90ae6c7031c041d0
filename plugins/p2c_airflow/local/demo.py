"""The demo: one run of the accounts DAG, followed task by task."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from p2c_airflow.local.console import console, step
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.processes import POLL_SECONDS
from p2c_airflow.local.report import print_report
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems

DAG_ID = "accounts"
PARSE_SECONDS = 120
RUN_SECONDS = 600
ENDED = ("success", "failed")
VERDICTS = {
    True: "  Every row is accounted for, and both systems hold what the run reports. `make start` shows it in Airflow.",
    False: "  NOT all of it holds: see the lines above.",
}
REPORTED = ("success", "failed", "skipped", "upstream_failed", "up_for_retry", "up_for_reschedule")


def run_demo(stack: Stack) -> bool:
    """Run the accounts flow, print what became of every row, and return whether all of it holds."""
    with step(f"Reading the DAG {DAG_ID}"):
        _wait_for_dag(stack)
    console.print(f"  Running {DAG_ID}; {stack.ports.airflow_url}/dags/{DAG_ID} shows it too")
    effects_before = len(Systems(stack).effects())
    run_id = start_run(stack)
    succeeded = follow_run(stack, run_id) == "success"
    if not succeeded:
        console.print(f"  The run failed. Its task logs are in {stack.home.airflow / 'logs'}")
    holds = print_report(stack, run_id, effects_before) and succeeded
    console.print(VERDICTS[holds])
    return holds


def start_run(stack: Stack) -> str:
    """Unpause the DAG and return the id of the run to follow.

    A DAG that is unpaused when an interval is due gets that interval's run at once, and that run is the demo's;
    otherwise the demo triggers one, which reads every row again.
    """
    dag = stack.api.dag(DAG_ID) or {}
    stack.api.unpause(DAG_ID)
    if not (dag.get("is_paused") and _is_due(dag.get("next_dagrun_run_after"))):
        return stack.api.trigger(DAG_ID, {"full": True})
    return _scheduled_run(stack, after={str(run["dag_run_id"]) for run in stack.api.runs(DAG_ID)})


def follow_run(stack: Stack, run_id: str) -> str:
    """Print each task as it ends and return the state in which the run ended; raises LocalStackError past the limit."""
    printed: set[tuple[str, ...]] = set()
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        stack.check_programs()
        state = str(stack.api.run(DAG_ID, run_id)["state"])
        for task in stack.api.task_instances(DAG_ID, run_id):
            _print_once(stack, task, printed)
        if state in ENDED:
            return state
        time.sleep(POLL_SECONDS * 5)
    raise LocalStackError(f"The run {run_id} did not end within {RUN_SECONDS} s; see {stack.home.logs}")


def _wait_for_dag(stack: Stack) -> None:
    deadline = time.monotonic() + PARSE_SECONDS
    while stack.api.dag(DAG_ID) is None:
        stack.check_programs()
        if errors := stack.api.import_errors():
            raise LocalStackError("Airflow cannot read the DAGs: " + "; ".join(errors))
        if time.monotonic() > deadline:
            raise LocalStackError(f"No DAG {DAG_ID} within {PARSE_SECONDS} s; see {stack.home.logs}")
        time.sleep(POLL_SECONDS)


def _is_due(run_after: str | None) -> bool:
    return run_after is not None and datetime.fromisoformat(run_after) <= datetime.now(UTC)


def _scheduled_run(stack: Stack, after: set[str]) -> str:
    deadline = time.monotonic() + PARSE_SECONDS
    while time.monotonic() < deadline:
        for run in stack.api.runs(DAG_ID):
            if run["dag_run_id"] not in after:
                return str(run["dag_run_id"])
        time.sleep(POLL_SECONDS)
    raise LocalStackError(f"The scheduler made no run of {DAG_ID} within {PARSE_SECONDS} s; see {stack.home.logs}")


def _print_once(stack: Stack, task: dict[str, Any], printed: set[tuple[str, ...]]) -> None:
    key = (task["task_id"], str(task["map_index"]), str(task["state"]), str(task["try_number"]))
    if task["state"] not in REPORTED or key in printed:
        return
    printed.add(key)
    organization = task.get("rendered_map_index") or ""
    seconds = f"{task['duration']:.1f} s" if task.get("duration") else ""
    console.print(f"    {organization:12} {task['task_id']:34} {task['state']:16} {seconds}".rstrip())
    if task["state"] == "failed":
        console.print(f"      {stack.api.task_error(DAG_ID, task)}")
