"""A real Airflow and the sandbox, started once; the organization broken on purpose is one that F&O does not know."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from fixtures.installation import sound_settings
from fixtures.stacks import give_database, running_alone, wait_for
from fixtures.token_service import recording_token_service
from sqlalchemy import Engine

from p2c.database.engine import open_engine
from p2c.ledger import Ledger, RunKey
from p2c_airflow.local.dag_runs import DagRun
from p2c_airflow.local.home import REPOSITORY, Home
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems

DAG_ID = "accounts"
GROUP = "accounts_to_customers"
WAIT_SECONDS = 120


def with_an_organization_unknown_to_finance(site: str) -> str:
    """The demo's settings with a third organization, like usmf, whose legal entity F&O does not know."""
    like = site[site.index("[organizations.usmf]") : site.index("[organizations.demf]")]
    changes = {"organizations.usmf": "organizations.nowhere", '"usmf"': '"nowh"', "Contoso USA": "Contoso Archive"}
    for old, new in changes.items():
        assert old in like
        like = like.replace(old, new)
    return f"{site}\n{like}"


class Scheduler:
    """What the tests ask of the running stack."""

    def __init__(self, stack: Stack, engine: Engine, tokens: list[str]) -> None:
        self.stack = stack
        self.tokens = tokens
        self.ledger = Ledger(engine)
        self.systems = Systems(stack)
        self.requests_of_first_run: list[dict[str, Any]] = []

    def api(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        return self.stack.api._send(method, path, json=json, allowed=(200, 201))

    def wait_for(self, what: str, found: Callable[[], Any]) -> Any:
        """Poll until ``found`` answers something true, within a limit."""
        return wait_for(self.stack, what, found, WAIT_SECONDS)

    def finish(self, run_id: str) -> str:
        """Wait for the end of a run and return its state."""

        def ended() -> str:
            state = str(self.stack.api.run(DAG_ID, run_id)["state"])
            return state if state in ("success", "failed") else ""

        return str(self.wait_for(f"end of {run_id}", ended))

    def trigger(self, **conf: Any) -> str:
        run_id = self.stack.api.trigger(DAG_ID, conf)
        self.finish(run_id)
        return run_id

    def tasks(self, run_id: str, organization: str) -> dict[str, dict[str, Any]]:
        """The steps of one organization in a run, by name."""
        instances = self.stack.api.task_instances(DAG_ID, run_id)
        index = list(self.organizations()).index(organization)
        return {task["task_id"].removeprefix(f"{GROUP}."): task for task in instances if task["map_index"] == index}

    def organizations(self) -> list[str]:
        from p2c.site import load_site

        return list(load_site(self.stack.home.site_file).organizations)

    def states(self, run_id: str, organization: str) -> list[str]:
        tasks = self.tasks(run_id, organization)
        return [tasks[step]["state"] for step in ("extract", "map", "validate", "load")]

    def clear(self, run_id: str, step: str, organization: str, *, downstream: bool = False) -> str:
        """Clear one step, as a person does in the UI, and wait for the run's end; returns its state."""
        index = self.organizations().index(organization)
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [[f"{GROUP}.{step}", index]],
            "include_downstream": downstream,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self.api("POST", f"/dags/{DAG_ID}/clearTaskInstances", body)
        return self.finish(run_id)

    def reference(self, run_id: str, step: str, organization: str) -> dict[str, Any]:
        """What a step put into XCom."""
        index = self.organizations().index(organization)
        task = f"/dags/{DAG_ID}/dagRuns/{quote(run_id, safe='')}/taskInstances/{GROUP}.{step}"
        return dict(self.api("GET", f"{task}/xcomEntries/return_value?map_index={index}&deserialize=false"))

    @contextmanager
    def without_pool(self, name: str) -> Iterator[None]:
        """Delete a pool for a while."""
        kept = self.api("GET", f"/pools/{name}")
        assert self.stack.api._request("DELETE", f"/api/v2/pools/{name}", None).status_code == 204
        try:
            yield
        finally:
            fields = ("name", "slots", "description", "include_deferred")
            self.api("POST", "/pools", {field: kept[field] for field in fields})

    def command(self, *arguments: str) -> str:
        """Run one of this environment's programs beside the stack; returns its output."""
        program = str(Path(sys.executable).with_name(arguments[0]))
        done = subprocess.run(
            [program, *arguments[1:]],
            env=self.stack.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def key(self, run_id: str, organization: str) -> RunKey:
        return RunKey(DAG_ID, run_id, DAG_ID, organization)

    def journal(self, kind: str, **query: str) -> list[dict[str, Any]]:
        """The sandbox's journal: of ``requests`` or ``effects``."""
        url = f"{self.stack.ports.sandbox_url}/sandbox/journal/{kind}"
        headers = {"Authorization": f"Bearer {self.stack.secrets.sandbox_admin_token}"}
        answer = requests.get(url, params=query, headers=headers, timeout=30)
        answer.raise_for_status()
        return list(answer.json())

    def last_request(self) -> str:
        """The id of the latest request, as ``since`` of what comes after it."""
        return str(self.journal("requests")[-1]["id"])


def use_token_service(environment: dict[str, str], url: str) -> None:
    """Let the connections to both systems ask for their tokens at ``url``."""
    for name in ("AIRFLOW_CONN_DYNAMICS_FINOPS", "AIRFLOW_CONN_DYNAMICS_SALES"):
        connection = json.loads(environment[name])
        connection["extra"]["token_url"] = url
        environment[name] = json.dumps(connection)


@pytest.fixture(scope="session")
def scheduler(migrated_airflow: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """The stack, healthy, with a settings file and a token service of its own."""
    folder = tmp_path_factory.mktemp("scheduler")
    settings = with_an_organization_unknown_to_finance(sound_settings())
    (folder / "site.toml").write_text(settings, encoding="utf-8")
    stack = Stack(Home(folder / "home", site_file=folder / "site.toml"))
    give_database(stack.home, migrated_airflow)
    token_url = json.loads(stack.environment["AIRFLOW_CONN_DYNAMICS_SALES"])["extra"]["token_url"]
    with recording_token_service(token_url) as token_service:
        use_token_service(stack.environment, token_service.url)
        with running_alone(stack):
            engine = open_engine(f"sqlite:///{stack.home.common_data_service}")
            yield Scheduler(stack, engine, token_service.tokens)
            engine.dispose()


@pytest.fixture(scope="session")
def first_run(scheduler: Scheduler) -> str:
    """The scheduled run that unpausing brings: the initial load of all three organizations."""
    scheduler.wait_for("DAG", lambda: scheduler.stack.api.dag(DAG_ID))
    run_id = DagRun.start(scheduler.stack, DAG_ID).run_id
    scheduler.finish(run_id)
    scheduler.requests_of_first_run = scheduler.journal("requests")
    return run_id
