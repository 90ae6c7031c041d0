"""The accounts DAG, run against the sandbox by Airflow's own `dag.test()`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from airflow.models.asset import AssetEvent, AssetModel
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from airflow.settings import Session
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import define_connection, installed, sandbox_connection
from fixtures.sandbox import Sandbox
from sqlalchemy import select

from p2c.ledger import Run

ORGANIZATIONS = ["usmf", "demf"]
STEPS = ["extract", "map", "validate", "load"]


@dataclass(frozen=True)
class TwoRuns:
    """The demo data, taken over by a first run and left alone by a second."""

    first: DagRun
    second: DagRun
    effects_of_first: list[dict[str, Any]]
    effects_of_second: list[dict[str, Any]]
    requests: list[dict[str, Any]]


@pytest.fixture(scope="module")
def two_runs(
    sandbox_process: Sandbox, airflow_database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoRuns]:
    sandbox_process.reset("demo")
    with pytest.MonkeyPatch.context() as monkeypatch:
        installed(monkeypatch, sandbox_process, tmp_path_factory.mktemp("installation"))
        first = run_dag("accounts")
        effects = sandbox_process.effects()
        second = run_dag("accounts")
        yield TwoRuns(
            first, second, effects, sandbox_process.effects()[len(effects) :], sandbox_process.requests_seen()
        )


def ledger_runs(run: DagRun) -> dict[str, Run]:
    return {kept.key.organization: kept for kept in ledger().runs(run_id=run.run_id)}


def states(run: DagRun) -> dict[tuple[str, int], str]:
    """State of every task instance, by step and map index."""
    return {(ti.task_id.rpartition(".")[2], ti.map_index): str(ti.state) for ti in run.get_task_instances()}


def references(run: DagRun) -> list[dict[str, Any]]:
    found = Session.scalars(select(XComModel).where(XComModel.run_id == run.run_id, XComModel.key == "return_value"))
    return [XComModel.deserialize_value(value) for value in found]


def asset_events(run: DagRun) -> list[tuple[str, dict[str, Any]]]:
    statement = select(AssetModel.name, AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    return [tuple(row) for row in Session.execute(statement.where(AssetEvent.source_run_id == run.run_id))]


def test_every_step_of_both_organizations_succeeds(two_runs: TwoRuns) -> None:
    assert states(two_runs.first) == {(step, index): "success" for step in STEPS for index in (0, 1)}


def test_every_row_of_both_organizations_has_an_outcome(two_runs: TwoRuns) -> None:
    runs = ledger_runs(two_runs.first)
    assert sorted(runs) == sorted(ORGANIZATIONS)
    assert all(run.counts["created"] for run in runs.values())


def test_a_second_run_writes_nothing(two_runs: TwoRuns) -> None:
    assert two_runs.second.state == "success"
    assert two_runs.effects_of_first
    assert two_runs.effects_of_second == []


def test_task_instances_show_their_organization(two_runs: TwoRuns) -> None:
    shown = {ti.map_index: ti.rendered_map_index for ti in two_runs.first.get_task_instances()}
    assert shown == dict(enumerate(ORGANIZATIONS))


def test_xcom_carries_references_of_less_than_1_kb(two_runs: TwoRuns) -> None:
    found = references(two_runs.first)
    assert len(found) == len(STEPS) * len(ORGANIZATIONS)
    for reference in found:
        assert set(reference) == {"uri", "rows", "counts", "window", "organization"}
        assert len(json.dumps(reference)) < 1000


def test_load_updates_the_asset_of_each_organization(two_runs: TwoRuns) -> None:
    events = dict(asset_events(two_runs.first))
    assert sorted(events) == ["p2c/accounts/demf", "p2c/accounts/usmf"]
    assert events["p2c/accounts/usmf"]["organization"] == "usmf"


def test_no_request_but_the_token_request_carries_a_credential(two_runs: TwoRuns) -> None:
    carrying = {request["path"].rpartition("/")[2] for request in two_runs.requests if request["credential_fields"]}
    assert carrying == {"token"}


def test_a_dry_run_writes_nothing_and_announces_nothing(demo_sandbox: Sandbox, installation: Path) -> None:
    run = run_dag("accounts", dry_run=True)
    assert run.state == "success"
    assert demo_sandbox.effects() == []
    assert asset_events(run) == []


def test_a_run_can_be_restricted_to_an_organization(demo_sandbox: Sandbox, installation: Path) -> None:
    run = run_dag("accounts", organizations=["demf"], dry_run=True)
    assert {step for (step, index), state in states(run).items() if index == 0 and state == "skipped"} == set(STEPS)
    assert {state for (_, index), state in states(run).items() if index == 1} == {"success"}


def test_keys_restrict_a_run_to_their_rows(demo_sandbox: Sandbox, installation: Path) -> None:
    run = run_dag("accounts", keys=["US-008"], organizations=["usmf"])
    kept = ledger_runs(run)["usmf"]
    assert kept.window.kind == "keys"
    assert sum(kept.counts.values()) == 1


def test_wrong_credentials_fail_the_step_at_once_and_nothing_after_it_runs(
    demo_sandbox: Sandbox, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    define_connection(monkeypatch, "dynamics_sales", **sandbox_connection(demo_sandbox) | {"password": "wrong"})
    run = run_dag("accounts")
    assert run.state == "failed"
    extract = [ti for ti in run.get_task_instances() if ti.task_id.endswith("extract")]
    assert {(ti.state, ti.try_number) for ti in extract} == {("failed", 1)}
    assert {state for (step, _), state in states(run).items() if step != "extract"} == {"upstream_failed"}


def test_one_organization_fails_while_the_other_lands(demo_sandbox: Sandbox, installation: Path) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace('legal_entity = "demf"', 'legal_entity = "dexx"'))
    run = run_dag("accounts")
    assert states(run)["load", 0] == "success"
    assert states(run)["validate", 1] == "failed"
    assert ledger_runs(run)["usmf"].finished_at
