"""A local stack of a small DAG, started once for the tests that need a real Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_airflow.local.home import Home
from p2c_airflow.local.stack import Stack

SMALL_DAG = """
from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

with DAG(
    "accounts",
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone="UTC"),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={"fail": False},
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
    """A healthy stack: the sandbox, and Airflow with one small DAG named as the demo's."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "dags").mkdir()
    (folder / "dags" / "accounts.py").write_text(SMALL_DAG)
    stack = Stack(Home(folder / "home", folder / "dags"))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
