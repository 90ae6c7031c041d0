"""Organizations in one run: what is wrong with one of them does not touch the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from airflow.models.dagrun import DagRun
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import installed
from fixtures.sandbox import Sandbox
from fixtures.steps import STORE_COLUMNS

from p2c.ledger import Run

DEFAULTS = """{ CustomerGroupId = "10", SiteId = "1", WarehouseId = "13", LanguageId = "en-us",
    SalesCurrencyCode = "USD", AddressCountryRegionISOCode = "US", InvoiceAddressCountryRegionISOCode = "US" }"""
SETTINGS = """
[organizations.sound]
legal_entity = "usmf"
business_units = ["Contoso USA"]
defaults.accounts = DEFAULTS
[organizations.no_legal_entity]
legal_entity = "usxx"
business_units = ["Contoso USA"]
defaults.accounts = DEFAULTS
[organizations.no_business_unit]
legal_entity = "usmf"
business_units = ["Contoso Moon"]
defaults.accounts = DEFAULTS
[organizations.no_defaults]
legal_entity = "demf"
business_units = ["Contoso Germany"]
[organizations.bad_rows]
legal_entity = "demf"
business_units = ["Contoso Germany"]
defaults.accounts = DEFAULTS
[runs]
breaker_rows = 2
[value_maps]
country = { "usa" = "US", "united states" = "US" }
state = {}
""".replace("DEFAULTS", " ".join(DEFAULTS.split()))
ORGANIZATIONS = ["sound", "no_legal_entity", "no_business_unit", "no_defaults", "bad_rows"]
UNKNOWN = {"address1_city": "Nowhere", "address1_country": "Nowhere"}
#: The step that finds what is wrong.
FOUND_BY = {"no_legal_entity": "validate", "no_business_unit": "extract", "no_defaults": "map"}
STEPS = ["extract", "map", "validate", "load"]


@dataclass(frozen=True)
class TwoRuns:
    """The first run of all organizations, and a full run of the sound one and of the one whose rows are all bad."""

    first: DagRun
    full: DagRun


@pytest.fixture(scope="module")
def two_runs(
    sandbox_process: Sandbox, airflow_database: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoRuns]:
    sandbox_process.reset("demo")
    spoil_rows(sandbox_process, "Contoso USA")
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = installed(monkeypatch, sandbox_process, tmp_path_factory.mktemp("installation"))
        site = folder / "site.toml"
        site.write_text(site.read_text().splitlines()[0] + SETTINGS)  # the staging folder stays
        first = run_dag("accounts")
        yield TwoRuns(first, run_dag("accounts", full=True, organizations=["sound", "bad_rows"]))


def ledger_runs(run: DagRun) -> dict[str, Run]:
    return {kept.key.organization: kept for kept in ledger().runs(run_id=run.run_id)}


def states(run: DagRun) -> dict[str, dict[str, str]]:
    """State of every step, by organization."""
    found: dict[str, dict[str, str]] = {name: {} for name in ORGANIZATIONS}
    for ti in run.get_task_instances():
        found[ORGANIZATIONS[ti.map_index]][ti.task_id.rpartition(".")[2]] = str(ti.state)
    return found


def spoil_rows(sandbox: Sandbox, sound_unit: str) -> None:
    """Have sellers type a country that nobody knows into every account but those of one business unit."""
    units = {row["name"]: row["businessunitid"] for row in sandbox.rows("sales", "businessunits")}
    accounts = sandbox.rows("sales", "accounts")
    others = [row for row in accounts if row["_owningbusinessunit_value"] != units[sound_unit]]
    kept = [{name: value for name, value in row.items() if name not in STORE_COLUMNS} for row in others]
    sandbox.put_rows("sales", "accounts", *(row | UNKNOWN for row in kept))


def test_an_organization_that_is_misconfigured_fails_alone_at_the_step_that_finds_it(two_runs: TwoRuns) -> None:
    failed = {
        organization: [step for step in STEPS if steps[step] == "failed"]
        for organization, steps in states(two_runs.first).items()
    }
    assert failed == {"sound": [], "bad_rows": [], **{name: [step] for name, step in FOUND_BY.items()}}
    assert set(states(two_runs.first)["sound"].values()) == {"success"}
    assert two_runs.first.state == "failed"


def test_the_others_land_and_have_a_watermark_of_their_own(two_runs: TwoRuns) -> None:
    assert ledger_runs(two_runs.first)["sound"].counts["created"]
    positions = {name: ledger().watermark("accounts", name) for name in ("sound", "bad_rows", *FOUND_BY)}
    assert {name for name, position in positions.items() if position} == {"sound", "bad_rows"}


def test_an_organization_whose_rows_are_all_bad_has_its_own_outcomes(two_runs: TwoRuns) -> None:
    counts = ledger_runs(two_runs.first)["bad_rows"].counts
    assert counts["rejected"] > 2
    assert not set(counts) & {"created", "updated", "unchanged", "failed"}


def test_the_circuit_breaker_stops_one_organization_and_no_other(two_runs: TwoRuns) -> None:
    found = states(two_runs.full)
    assert found["bad_rows"] == {
        "extract": "success",
        "map": "success",
        "validate": "failed",
        "load": "upstream_failed",
    }
    assert set(found["sound"].values()) == {"success"}
