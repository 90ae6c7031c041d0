"""The initial load, run against the sandbox by Airflow's own `dag.test()`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.models.dagrun import DagRun
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import installed
from fixtures.sandbox import Sandbox

from p2c.flows import FLOWS
from p2c.ledger import Run
from p2c_airflow.wiring import organizations

ORGANIZATIONS = ["usmf", "demf"]
LANDED = ("created", "updated", "unchanged")
Effects = list[dict[str, Any]]


@dataclass(frozen=True)
class ThreeRuns:
    """A dry run as the form stands, the load, and the load again."""

    dry: DagRun
    first: DagRun
    second: DagRun
    effects: tuple[Effects, Effects, Effects]
    watermarks: tuple[dict[str, datetime], dict[str, datetime], dict[str, datetime]]


def watermarks() -> dict[str, datetime]:
    found = {flow: ledger().watermark(flow, "usmf") for flow in FLOWS}
    return {flow: position for flow, position in found.items() if position}


def ledger_runs(run: DagRun) -> dict[tuple[str, str], Run]:
    return {(kept.key.flow, kept.key.organization): kept for kept in ledger().runs(run_id=run.run_id)}


@pytest.fixture(scope="module")
def three_runs(
    sandbox_process: Sandbox, airflow_database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ThreeRuns]:
    sandbox_process.reset("demo")
    with pytest.MonkeyPatch.context() as monkeypatch:
        installed(monkeypatch, sandbox_process, tmp_path_factory.mktemp("installation"))
        runs, effects, positions = [], [], []
        for form in ({}, {"dry_run": False, "adopt": True}, {"dry_run": False}):
            before = len(sandbox_process.effects())
            runs.append(run_dag("initial_load", organizations=ORGANIZATIONS, **form))
            effects.append(sandbox_process.effects()[before:])
            positions.append(watermarks())
            sandbox_process.control("POST", "clock", {"shift_seconds": 60})
        yield ThreeRuns(*runs, effects=tuple(effects), watermarks=tuple(positions))


def test_the_form_as_it_stands_writes_nothing(three_runs: ThreeRuns) -> None:
    assert three_runs.dry.state == "success"
    assert three_runs.effects[0] == []
    assert three_runs.watermarks[0] == {}
    assert all(kept.dry_run for kept in ledger_runs(three_runs.dry).values())


def test_the_dry_run_foresees_what_the_load_creates_in_every_flow(three_runs: ThreeRuns) -> None:
    foreseen, real = (
        {place: kept.counts.get("created", 0) for place, kept in ledger_runs(run).items()}
        for run in (three_runs.dry, three_runs.first)
    )
    assert foreseen == real


def test_every_flow_of_every_organization_is_loaded(three_runs: ThreeRuns) -> None:
    assert three_runs.first.state == "success"
    runs = ledger_runs(three_runs.first)
    assert set(runs) == {(flow, organization) for flow in FLOWS for organization in ORGANIZATIONS}
    assert all(kept.window.kind == "initial" for kept in runs.values())
    assert all(
        sum(runs[flow, "usmf"].counts[outcome] for outcome in LANDED if outcome in runs[flow, "usmf"].counts)
        for flow in FLOWS
    )


def test_contacts_find_the_accounts_that_landed_before_them(three_runs: ThreeRuns) -> None:
    assert ledger_runs(three_runs.first)["contacts", "usmf"].counts["created"]


def test_loading_again_writes_nothing_and_moves_the_watermarks_on(three_runs: ThreeRuns) -> None:
    assert three_runs.second.state == "success"
    assert three_runs.effects[1]
    assert three_runs.effects[2] == []
    before, after = three_runs.watermarks[1], three_runs.watermarks[2]
    assert set(before) == set(after) == set(FLOWS)
    assert all(after[flow] > before[flow] for flow in FLOWS)


def test_each_flow_goes_on_from_there_in_its_own_dag(three_runs: ThreeRuns) -> None:
    run = run_dag("accounts")
    window = ledger_runs(run)["accounts", "usmf"].window
    assert window.kind == "watermark"
    assert window.start
    assert window.start < three_runs.watermarks[2]["accounts"]


def states(run: DagRun, organization: str) -> dict[tuple[str, str], str]:
    """State of every step of an organization, by task group and step."""
    found = {}
    for ti in run.get_task_instances():
        _, *place = ti.task_id.split(".")
        if ti.map_index == organizations().index(organization):
            found[place[0], place[1]] = str(ti.state)
    return found


def test_a_flow_that_fails_does_not_keep_the_next_from_showing_what_it_can_do(
    demo_sandbox: Sandbox, installation: Path
) -> None:
    site = installation / "site.toml"
    group = '[organizations.demf.defaults.accounts]\nCustomerGroupId = "{}"'
    site.write_text(site.read_text().replace(group.format("10"), group.format("nowhere")))
    run = run_dag("initial_load", organizations=ORGANIZATIONS)
    broken = states(run, "demf")
    assert broken["accounts_to_customers", "validate"] == "failed"
    assert broken["contacts_to_contacts", "load"] == "success"
    assert set(states(run, "usmf").values()) == {"success"}
    assert run.state == "failed"


def test_a_flow_that_the_site_switches_off_is_skipped_and_the_others_run(
    demo_sandbox: Sandbox, installation: Path
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("[flows.accounts]", "[flows.accounts]\nenabled = false", 1))
    run = run_dag("initial_load", organizations=["usmf"])
    found = states(run, "usmf")
    assert {state for (flow, _), state in found.items() if flow == "accounts_to_customers"} == {"skipped"}
    assert found["contacts_to_contacts", "load"] == "success"
    assert run.state == "success"
