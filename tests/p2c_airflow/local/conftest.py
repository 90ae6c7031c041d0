"""A local stack of a small DAG, started once for the tests that need a real Airflow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fixtures.installation import sound_settings
from fixtures.rounds import FirstRound, Rounds
from fixtures.sandbox import Sandbox, running_sandbox
from fixtures.stacks import running_alone
from fixtures.steps import Steps

from p2c.database.engine import open_engine
from p2c.site import load_site
from p2c_airflow.local.environment import Ports
from p2c_airflow.local.home import Home
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems

SMALL_DAGS = """
from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

NIGHTLY = CronDataIntervalTimetable("0 2 * * *", timezone="UTC")
SCHEDULES = {"accounts": NIGHTLY, "another": NIGHTLY, "initial_load": None}

for dag_id, schedule in SCHEDULES.items():
    with DAG(
        dag_id,
        schedule=schedule,
        start_date=datetime(2024, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        params={"fail": False, "dry_run": True},
    ):

        @task(map_index_template="{{ organization }}")
        def load(organization):
            context = get_current_context()
            context["organization"] = organization
            if context["params"]["fail"]:
                raise ValueError("refused")

        load.expand(organization=["usmf", "demf"])
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The home of a stack that nothing was started in."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A healthy stack: the sandbox, and Airflow with small DAGs that load nothing, named as the demo's."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "dags").mkdir()
    (folder / "dags" / "accounts.py").write_text(SMALL_DAGS)
    with running_alone(Stack(Home(folder / "home", folder / "dags"))) as stack:
        yield stack


@pytest.fixture
def idle_stack(demo_sandbox: Sandbox, tmp_path: Path) -> Stack:
    """A stack that was not started, with the test's sandbox in place of its own."""
    return idle(demo_sandbox, tmp_path)


def idle(sandbox: Sandbox, folder: Path) -> Stack:
    """A stack that was not started, with `sandbox` in place of its own."""
    home = Home(folder / "home")
    known = asdict(home.prepare()) | {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "sandbox_admin_token": sandbox.admin_token,
        "tenant_id": sandbox.tenant_id,
    }
    (home.path / "secrets.json").write_text(json.dumps(known))
    stack = Stack(home)
    stack.ports = Ports(stack.ports.airflow, urlsplit(sandbox.origin).port or 0)
    return stack


@pytest.fixture
def systems(idle_stack: Stack) -> Systems:
    """Both systems of the idle stack."""
    return Systems(idle_stack)


@pytest.fixture
def rounds(idle_stack: Stack, demo_sandbox: Sandbox, tmp_path: Path) -> Iterator[Rounds]:
    """Rounds of the sound organizations, whose ledger is the idle stack's."""
    with sound_rounds(idle_stack, demo_sandbox, tmp_path) as rounds:
        yield rounds


@contextmanager
def sound_rounds(stack: Stack, sandbox: Sandbox, folder: Path) -> Iterator[Rounds]:
    """Rounds of the sound organizations, whose ledger is the stack's."""
    site_file = folder / "site.toml"
    site_file.write_text(sound_settings(), encoding="utf-8")
    engine = open_engine(f"sqlite:///{stack.home.common_data_service}")
    yield Rounds(Steps(sandbox, engine, folder, load_site(site_file)))
    engine.dispose()


@pytest.fixture(scope="session")
def first_round(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRound]:
    """The demo data, taken over by a first round of all flows."""
    folder = tmp_path_factory.mktemp("first_round")
    with running_sandbox("--data", "demo") as sandbox:
        stack = idle(sandbox, folder)
        with sound_rounds(stack, sandbox, folder) as rounds:
            rounds.run("first")
            yield FirstRound(stack, rounds, Systems(stack))
