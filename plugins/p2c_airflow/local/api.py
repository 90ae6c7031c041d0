"""The part of Airflow's REST API that the local stack uses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from p2c_airflow.local.errors import LocalStackError

TIMEOUT_SECONDS = 20
PROBE_SECONDS = 5
READ_TRIES = 5


class AirflowApi:
    """A client of one Airflow, signed in when first needed."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self._base_url = base_url
        self._login = {"username": username, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False
        # A busy machine lets a request wait longer than a client should
        self._session.mount("http://", HTTPAdapter(max_retries=Retry(READ_TRIES, allowed_methods=("GET",))))

    def health(self) -> dict[str, str]:
        """Return the status of each component, empty while the API server does not answer yet."""
        known = answer_of(f"{self._base_url}/api/v2/monitor/health") or {}
        return {name: str(component.get("status")) for name, component in known.items() if component}

    def dag(self, dag_id: str) -> dict[str, Any] | None:
        """Return a DAG's details, or None while it has not been parsed."""
        response = self._send("GET", f"/dags/{dag_id}/details", allowed=(200, 404))
        return response if "dag_id" in response else None

    def import_errors(self) -> list[str]:
        """Return the errors of DAG files that could not be imported."""
        errors = self._send("GET", "/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}" for error in errors]

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run the DAG."""
        self._send("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Queue a run without a logical date and return its id."""
        return str(
            self._send("POST", f"/dags/{dag_id}/dagRuns", json={"logical_date": None, "conf": conf or {}})["dag_run_id"]
        )

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the latest runs, newest first."""
        return list(self._send("GET", f"/dags/{dag_id}/dagRuns?order_by=-run_after&limit=20")["dag_runs"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return one run."""
        return self._send("GET", f"/dags/{dag_id}/dagRuns/{_quoted(run_id)}")

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run."""
        return list(
            self._send("GET", f"/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances?limit=500")["task_instances"]
        )

    def task_error(self, dag_id: str, task: dict[str, Any]) -> str:
        """Return the exception that a failed task instance ended with, as its log has it."""
        instance = f"/dags/{dag_id}/dagRuns/{_quoted(task['dag_run_id'])}/taskInstances/{task['task_id']}"
        log = self._send("GET", f"{instance}/logs/{task['try_number']}?map_index={task['map_index']}&full_content=true")
        raised = [error for line in log["content"] for error in line.get("error_detail") or ()]
        return f"{raised[0]['exc_type']}: {raised[0]['exc_value']}" if raised else "the log shows no exception"

    def _send(self, method: str, path: str, json: Any = None, allowed: tuple[int, ...] = (200, 201)) -> dict[str, Any]:
        if "Authorization" not in self._session.headers:
            self._sign_in()
        return _body(self._request(method, f"/api/v2{path}", json), allowed)

    def _sign_in(self) -> None:
        response = self._request("POST", "/auth/token", self._login)
        self._session.headers["Authorization"] = f"Bearer {_body(response, (200, 201))['access_token']}"

    def _request(self, method: str, path: str, json: Any) -> requests.Response:
        try:
            return self._session.request(method, f"{self._base_url}{path}", json=json, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise LocalStackError(f"Airflow did not answer {method} {path}: {error}") from error


def answer_of(url: str) -> dict[str, Any] | None:
    """Return the JSON object at a local address, or None while nothing answers there."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            response = session.get(url, timeout=PROBE_SECONDS)
            return dict(response.json()) if response.ok else None
        except requests.RequestException:
            return None


def _quoted(run_id: str) -> str:
    return quote(run_id, safe="")


def _body(response: requests.Response, allowed: tuple[int, ...]) -> dict[str, Any]:
    if response.status_code not in allowed:
        raise LocalStackError(
            f"Airflow answered {response.status_code} to {response.request.method} {response.request.path_url}: "
            f"{response.text[:500]}"
        )
    body = response.json()
    return body if isinstance(body, dict) else {}
