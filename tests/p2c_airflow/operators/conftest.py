"""The part of Airflow's context that the operators read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from p2c_airflow.run_options import parameters


class StateStore(dict[str, Any]):
    """Airflow's task state store, kept in memory."""

    def set(self, key: str, value: Any, *, retention: Any = None) -> None:
        self[key] = value


@pytest.fixture
def context() -> dict[str, Any]:
    return {
        "params": {name: param.value for name, param in parameters(["usmf", "demf"]).items()},
        "dag_run": SimpleNamespace(run_type="manual"),
        "ti": SimpleNamespace(
            dag_id="accounts", run_id="manual__1", try_number=1, get_first_reschedule_date=lambda _: None
        ),
        "task_state_store": StateStore(),
    }
