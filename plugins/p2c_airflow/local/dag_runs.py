"""Runs of DAGs in the local Airflow: started, and followed to their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from p2c_airflow.local.console import console
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.processes import POLL_SECONDS
from p2c_airflow.local.stack import Stack

PARSE_SECONDS = 120
RUN_SECONDS = 600
ENDED = ("success", "failed")


def wait_for_dags(stack: Stack, dag_ids: Iterable[str]) -> None:
    """Return once Airflow has read all of the DAGs; raises LocalStackError where it cannot or does not."""
    waiting = list(dag_ids)
    deadline = time.monotonic() + PARSE_SECONDS
    while waiting := [dag_id for dag_id in waiting if stack.api.dag(dag_id) is None]:
        stack.check_programs()
        if errors := stack.api.import_errors():
            raise LocalStackError("Airflow cannot read the DAGs: " + "; ".join(errors))
        if time.monotonic() > deadline:
            raise LocalStackError(f"No DAG {', '.join(waiting)} within {PARSE_SECONDS} s; see {stack.home.logs}")
        time.sleep(POLL_SECONDS)


@dataclass
class DagRun:
    """One run, and the tasks of it that are known to have failed."""

    stack: Stack
    dag_id: str
    run_id: str
    _failed: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def start(cls, stack: Stack, dag_id: str, conf: Mapping[str, Any] | None = None) -> DagRun:
        """Unpause the DAG and return the run to follow.

        A DAG that is unpaused when an interval is due gets that interval's run at once, which reads what a triggered
        run without ``conf`` would; otherwise a run is triggered.
        """
        dag = stack.api.dag(dag_id) or {}
        known = {str(run["dag_run_id"]) for run in stack.api.runs(dag_id)}
        stack.api.unpause(dag_id)
        if not conf and dag.get("is_paused") and _is_due(dag.get("next_dagrun_run_after")):
            return cls(stack, dag_id, _scheduled_run(stack, dag_id, known))
        return cls(stack, dag_id, stack.api.trigger(dag_id, dict(conf or {})))

    def follow(self, progress: Callable[[], None]) -> bool:
        """Call ``progress`` until the run has ended, printing the error of each task that fails; whether all succeeded.

        Raises LocalStackError past the limit.
        """
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            self.stack.check_programs()
            state = str(self.stack.api.run(self.dag_id, self.run_id)["state"])
            progress()
            self._print_failures()
            if state in ENDED:
                return state == "success"
            time.sleep(POLL_SECONDS * 5)
        raise LocalStackError(f"The run {self.run_id} did not end within {RUN_SECONDS} s; see {self.stack.home.logs}")

    def failed_organizations(self) -> set[str]:
        """The organizations of which a task failed."""
        tasks = self.stack.api.task_instances(self.dag_id, self.run_id)
        return {str(task["rendered_map_index"] or "") for task in tasks if task["state"] == "failed"}

    def _print_failures(self) -> None:
        for task in self.stack.api.task_instances(self.dag_id, self.run_id):
            place = (str(task["task_id"]), int(task["map_index"]))
            if task["state"] == "failed" and place not in self._failed:
                self._failed.add(place)
                console.print(f"    {task.get('rendered_map_index') or '':6} {task['task_id']} failed:")
                console.print(f"           {self.stack.api.task_error(self.dag_id, task)}")


def _is_due(run_after: str | None) -> bool:
    return run_after is not None and datetime.fromisoformat(run_after) <= datetime.now(UTC)


def _scheduled_run(stack: Stack, dag_id: str, known: set[str]) -> str:
    deadline = time.monotonic() + PARSE_SECONDS
    while time.monotonic() < deadline:
        for run in stack.api.runs(dag_id):
            if run["dag_run_id"] not in known:
                return str(run["dag_run_id"])
        time.sleep(POLL_SECONDS)
    raise LocalStackError(f"The scheduler made no run of {dag_id} within {PARSE_SECONDS} s; see {stack.home.logs}")
