from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.database.engine import open_engine
from p2c.site import load_site
from p2c_airflow.local.report import print_report
from p2c_airflow.local.stack import Stack


@pytest.fixture
def runs(idle_stack: Stack, demo_sandbox: Sandbox, tmp_path: Path) -> Iterator[Steps]:
    """Runs of both organizations whose ledger is the stack's."""
    engine = open_engine(f"sqlite:///{idle_stack.home.common_data_service}")
    yield Steps(demo_sandbox, engine, tmp_path, load_site(idle_stack.home.site_file))
    engine.dispose()


def run_both(runs: Steps, run_id: str, **options: bool) -> None:
    for organization in ("usmf", "demf"):
        runs.run(run_id, organization, **options)


def test_the_report_holds_when_finance_has_what_the_run_reported(
    idle_stack: Stack, runs: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    run_both(runs, "first")
    assert print_report(idle_stack, "first", effects_before=0)
    printed = capsys.readouterr().out
    assert "Organization usmf: 52 read = " in printed
    assert "F&O's own journal of this run" in printed


def test_each_row_that_did_not_land_is_named_with_field_value_and_reason(
    idle_stack: Stack, runs: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    run_both(runs, "first")
    print_report(idle_stack, "first", effects_before=0)
    printed = capsys.readouterr().out
    assert "rejected  US-041  Pinetree Outfitters" in printed
    assert "address1_stateorprovince 'Calif.':" in printed
    assert "map the value in site.toml" in printed


def test_a_customer_that_differs_from_sales_makes_the_report_fail(
    idle_stack: Stack, runs: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    run_both(runs, "first")
    key = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')?cross-company=true"
    runs.sandbox.finance_operations.patch(key, json={"PrimaryContactPhone": "wrong"}).raise_for_status()
    assert not print_report(idle_stack, "first", effects_before=0)
    assert "US-001: PrimaryContactPhone is 'wrong'" in capsys.readouterr().out


def test_a_run_that_reports_other_writes_than_finance_journalled_fails(idle_stack: Stack, runs: Steps) -> None:
    run_both(runs, "first")
    assert not print_report(idle_stack, "first", effects_before=1)


def test_a_second_run_reports_every_row_unchanged_and_no_write(
    idle_stack: Stack, runs: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    run_both(runs, "first")
    before = len(runs.writes())
    run_both(runs, "second", full=True)
    assert print_report(idle_stack, "second", effects_before=before)
    assert "0 created, 0 updated; as reported" in capsys.readouterr().out


def test_an_organization_that_did_not_run_makes_the_report_fail(idle_stack: Stack, runs: Steps) -> None:
    runs.run("first", "usmf")
    assert not print_report(idle_stack, "first", effects_before=0)
