"""The accounts DAG split by key range, run against the sandbox by Airflow's own `dag.test()`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from airflow.models.asset import AssetEvent
from airflow.models.dagrun import DagRun
from airflow.settings import Session
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import installed
from fixtures.sandbox import Sandbox
from sqlalchemy import func, select

from p2c.ledger import Run
from p2c_airflow.ui.run import _steps as steps_on_the_page

ACCOUNTS = "[flows.accounts]\n"
TASKS = ["extract", "map_1", "validate_1", "map_2", "validate_2", "load_1", "load_2", "finish"]
DENIED = {"status": 403, "body": {"error": {"code": "AccessDenied", "message": "Access to customers is denied."}}}


@dataclass(frozen=True)
class SplitRun:
    """A run of the demo data in two key ranges, and what it did."""

    dag_run: DagRun
    kept: Run
    effects: list[dict[str, Any]]


def kept(run: DagRun) -> Run:
    return next(each for each in ledger().runs(run_id=run.run_id) if each.key.organization == "usmf")


def states(run: DagRun) -> dict[str, str]:
    return {ti.task_id.rpartition(".")[2]: str(ti.state) for ti in run.get_task_instances() if ti.map_index == 0}


def split_in_two(folder: Path) -> None:
    site = folder / "site.toml"
    settings = site.read_text(encoding="utf-8")
    assert ACCOUNTS in settings
    site.write_text(settings.replace(ACCOUNTS, f"{ACCOUNTS}key_ranges = 2\n"), encoding="utf-8")


@pytest.fixture(scope="module")
def split_run(
    sandbox_process: Sandbox, airflow_database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SplitRun]:
    sandbox_process.reset("demo")
    with pytest.MonkeyPatch.context() as monkeypatch:
        split_in_two(installed(monkeypatch, sandbox_process, tmp_path_factory.mktemp("installation")))
        run = run_dag("accounts", organizations=["usmf"])
        yield SplitRun(run, kept(run), sandbox_process.effects())


def test_a_run_in_two_ranges_lands_every_row_once(split_run: SplitRun) -> None:
    assert split_run.dag_run.state == "success"
    assert states(split_run.dag_run) == dict.fromkeys(TASKS, "success")
    created = [effect["key"] for effect in split_run.effects if effect["kind"] == "created"]
    assert len(created) == len(set(created)) == split_run.kept.counts["created"]


def test_its_rows_are_announced_once(split_run: SplitRun) -> None:
    events = select(func.count()).select_from(AssetEvent).where(AssetEvent.source_run_id == split_run.dag_run.run_id)
    assert Session.scalar(events) == 1


def test_the_page_of_a_run_shows_its_steps_range_by_range(split_run: SplitRun) -> None:
    shown = [step.name for step in steps_on_the_page(split_run.kept.key)]
    assert shown == ["extract", "map_1", "map_2", "validate_1", "validate_2", "load_1", "load_2", "finish"]


def test_where_one_range_fails_the_run_is_not_finished_and_its_watermark_stays(
    demo_sandbox: Sandbox, installation: Path
) -> None:
    split_in_two(installation)
    batch = {"system": "finance_operations", "path": r"\$batch", "count": 1}
    demo_sandbox.plan_faults({"match": batch, "action": DENIED})
    run = run_dag("accounts", organizations=["usmf"])
    assert run.state == "failed"
    ended = states(run)
    assert sorted([ended["load_1"], ended["load_2"]]) == ["failed", "success"]
    assert ended["finish"] == "failed"
    assert kept(run).state == "failed"
    assert ledger().watermark("accounts", "usmf") is None
