"""What Airflow scans here: listeners and the page. It runs in every task process, so it imports nothing heavy."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
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


#: Where the page is mounted, below the path of `[api] base_url`.
PREFIX = "/p2c"
TITLE = "Prospect to cash"


def views() -> list[dict[str, str]]:
    """The places of the page in Airflow's UI: the navigation, and a tab on DAG and DAG run."""
    page = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/") + PREFIX
    places = {
        "nav": ("prospect-to-cash", f"{page}/"),
        "dag": ("prospect-to-cash-dag", f"{page}/dags/{{DAG_ID}}"),
        "dag_run": ("prospect-to-cash-run", f"{page}/dags/{{DAG_ID}}/runs/{{RUN_ID}}"),
    }
    return [
        {"name": TITLE, "destination": destination, "url_route": route, "href": address}
        for destination, (route, address) in places.items()
    ]


class ProspectToCashPlugin(AirflowPlugin):
    """Prospect to cash's part in Airflow's own processes."""

    name = "prospect_to_cash"
    listeners = [Preloading(), MissingPools()]  # noqa: RUF012 - Airflow reads a class attribute
    external_views = views()

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The page, made only for the api-server, which alone asks for it."""
        from p2c_airflow.ui.application import page_application

        return [{"app": page_application(), "url_prefix": PREFIX, "name": TITLE}]
