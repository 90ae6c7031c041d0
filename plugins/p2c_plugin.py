"""What Airflow scans here: listeners. This file runs in every task process, so it imports nothing of weight."""

from __future__ import annotations

import sys
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

#: `airflow scheduler`: the program whose executor forks workers.
FORKING_PROGRAM = ["scheduler"]


class Preloading:
    """Imports what steps need before the executor forks its workers; elsewhere nothing."""

    @hookimpl
    def on_starting(self, component: Any) -> None:
        """Airflow calls this when the scheduler's job is made, which is before its executor starts."""
        if sys.argv[1:2] == FORKING_PROGRAM:
            from p2c_airflow.preload import preload

            preload()


class MissingPools:
    """Fails a run whose pools do not exist, which Airflow would leave waiting without a word."""

    @hookimpl
    def on_dag_run_running(self, dag_run: Any, msg: str) -> None:
        """Airflow calls this in the scheduler, when a run of any DAG starts."""
        from p2c_airflow.pools import fail_run_without_pools

        fail_run_without_pools(dag_run)


class ProspectToCashPlugin(AirflowPlugin):
    """Prospect to cash's part in Airflow's own processes."""

    name = "prospect_to_cash"
    listeners = [Preloading(), MissingPools()]  # noqa: RUF012 - Airflow reads a class attribute
