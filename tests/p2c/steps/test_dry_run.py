from __future__ import annotations

import pytest
from sqlalchemy import delete

from p2c.errors import ConfigurationError
from p2c.ledger import Outcome
from p2c.ledger.tables import row_states
from p2c.steps import dry_run

SHADOW = {"accounts": {"dry_run": True}}


def figures(steps, run_id: str) -> dict:
    return dict(steps.ledger.run(steps.key(run_id)).statistics)


def test_a_dry_run_keeps_the_fields_that_differ_wanted_and_found(steps):
    steps.run("real", adopt=True)
    steps.rewrite("finance_operations", "CustomersV3", steps.customers()["US-002"], OrganizationName="Another name")
    effects = len(steps.writes())
    steps.run("dry", full=True, dry_run=True)
    (found,) = steps.ledger.differences(steps.key("dry"), "OrganizationName", 10)
    assert (found.integration_key, found.wanted, found.found) == (
        "US-002",
        steps.account("US-002")["name"],
        "Another name",
    )
    assert figures(steps, "dry")["fields"] == {"OrganizationName": 1}
    assert len(steps.writes()) == effects


def test_rows_that_are_missing_and_rows_that_cannot_land_are_kept_with_why(steps):
    counts = steps.run("dry", full=True, dry_run=True)
    key = steps.key("dry")
    assert len(steps.ledger.differences(key, "", 1000)) == counts["created"]
    barred = steps.ledger.rows_barred(key, 1000)
    assert {found.outcome for found in barred} == {Outcome.REJECTED}
    assert all(found.reason for found in barred)
    assert figures(steps, "dry")["cannot_land"] + figures(steps, "dry")["present_before"] == counts["rejected"]


def test_a_row_that_was_there_before_us_shows_its_differences_before_it_is_adopted(steps):
    number = "US-002"
    steps.run("real", adopt=True)
    customer = steps.customers()[number]
    steps.sandbox.reset("demo")
    steps.rewrite("finance_operations", "CustomersV3", customer, IsExternallyMaintained="No", OrganizationName="Theirs")
    with steps.engine.begin() as connection:
        connection.execute(delete(row_states))
    steps.run("dry", full=True, dry_run=True)
    differing = steps.ledger.differences(steps.key("dry"), "OrganizationName", 10)
    assert [(found.integration_key, found.outcome, found.found) for found in differing] == [
        (number, Outcome.REJECTED, "Theirs")
    ]
    assert figures(steps, "dry")["present_before"] >= 1
    assert any("rows were at the destination before us: adopt takes them over" in line for line in steps.lines)


def test_the_log_tells_creates_adoptions_and_field_differences(steps):
    steps.run("dry", full=True, dry_run=True)
    text = "\n".join(steps.lines)
    assert "Dry run, nothing was written. What would become of the rows: " in text
    assert "rows are missing at the destination: " in text


def test_the_rows_kept_for_a_field_are_bounded_but_all_are_counted(steps, monkeypatch):
    monkeypatch.setattr(dry_run, "KEPT_ROWS", 2)
    counts = steps.run("dry", full=True, dry_run=True)
    assert counts["created"] > 2
    assert len(steps.ledger.differences(steps.key("dry"), "", 1000)) == 2


def test_a_flow_in_shadow_mode_compares_every_row_and_writes_nothing(steps):
    steps.run("real", adopt=True)
    watermark, effects = steps.watermark(), len(steps.writes())
    steps.set_site(flows=SHADOW)
    steps.change_account("US-002", name="A new name")
    counts = steps.run("shadow")
    run = steps.ledger.run(steps.key("shadow"))
    assert (run.dry_run, run.window.kind) == (True, "full")
    assert counts["updated"] == 1
    assert counts["unchanged"] > 5
    assert steps.watermark() == watermark
    assert len(steps.writes()) == effects


def test_shadow_runs_show_no_difference_once_both_systems_agree(steps):
    steps.run("real", adopt=True)
    steps.set_site(flows=SHADOW)
    steps.run("shadow")
    assert figures(steps, "shadow")["fields"] == {}
    assert "created" not in steps.ledger.run(steps.key("shadow")).counts


def test_a_run_that_began_before_shadow_mode_writes_no_more(steps):
    validated = steps.judged("real")
    steps.set_site(flows=SHADOW)
    with pytest.raises(ConfigurationError, match=r"in shadow mode \(\[flows.accounts\] dry_run\) since this run began"):
        steps.load("real", validated)
    assert steps.writes() == []
