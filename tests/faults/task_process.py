"""A process that does steps as a task process of Airflow does: SIGTERM reaches the operator, which leaves the step."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from p2c_airflow.operators.step import StepOperator

#: How the error of a step begins that Airflow stopped.
STOPPED = "Airflow stopped the step"


class TaskOperator(StepOperator):
    """An operator whose step is `work`; connections and settings are those of the trial, not of an Airflow."""

    def __init__(self, *, work: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work

    def _executed(self, context: Any) -> Any:
        self.work()


def done_as_task(flow: str, organization: str, work: Callable[[], None]) -> None:
    """Do the work under the handler of SIGTERM that Airflow's task runner installs."""
    operator = TaskOperator(task_id="step", flow=flow, organization=organization, work=work)
    signal.signal(signal.SIGTERM, lambda *_: operator.on_kill())
    operator.execute({})
