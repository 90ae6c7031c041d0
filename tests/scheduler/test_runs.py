from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest

pytestmark = pytest.mark.airflow

LANDING = ("usmf", "demf")
STEPS = ("extract", "map", "validate", "load")


@pytest.mark.parametrize("organization", LANDING)
def test_an_organization_lands_while_another_one_fails(scheduler, first_run, organization):
    assert scheduler.states(first_run, organization) == ["success"] * 4
    outcomes = list(scheduler.ledger.outcomes(scheduler.key(first_run, organization)))
    customers = {row["CustomerAccount"] for row in scheduler.systems.finance_rows("CustomersV3", organization)}
    created = [row.integration_key for row in outcomes if row.outcome == "created"]
    assert created
    assert set(created) <= customers


def test_the_organization_that_finance_does_not_know_fails_by_name_without_a_retry(scheduler, first_run):
    assert scheduler.states(first_run, "nowhere") == ["success", "success", "failed", "upstream_failed"]
    validate = scheduler.tasks(first_run, "nowhere")["validate"]
    assert validate["try_number"] == 1
    error = scheduler.stack.api.task_error("accounts", validate)
    assert "ConfigurationError" in error
    assert "legal entity 'nowh'" in error


def test_a_failed_organization_shows_on_the_run_and_in_the_ledger(scheduler, first_run):
    assert scheduler.stack.api.run("accounts", first_run)["state"] == "failed"
    states = {name: scheduler.ledger.run(scheduler.key(first_run, name)).state for name in (*LANDING, "nowhere")}
    assert states == {"usmf": "success", "demf": "success", "nowhere": "failed"}


def test_no_request_fails_and_none_is_made_for_the_organization_that_does(scheduler, first_run):
    requests = scheduler.requests_of_first_run
    of_finance = [unquote_plus(r["path"] + r["query"]) for r in requests if r["system"] == "finance_operations"]
    assert any("dataAreaId eq 'usmf'" in text for text in of_finance)
    assert not any("nowh" in text for text in of_finance)
    assert [r for r in requests if r["status"] is None or r["status"] >= 400] == []


@pytest.mark.parametrize("organization", LANDING)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_hands_on_a_reference_under_1_kb_and_no_row(scheduler, first_run, step, organization):
    value = scheduler.reference(first_run, step, organization)["value"]
    reference = json.loads(value) if isinstance(value, str) else value
    assert set(reference) == {"uri", "rows", "counts", "window", "organization"}
    assert reference["organization"] == organization
    assert len(json.dumps(reference)) < 1000
    names = [account["name"] for account in scheduler.systems.sales_rows("accounts") if account["name"]]
    assert names
    assert not any(name in json.dumps(reference, ensure_ascii=False) for name in names)


def test_each_load_updates_the_asset_of_its_organization(scheduler, first_run):
    events = scheduler.api("GET", "/assets/events?limit=100")["asset_events"]
    named = {event["name"] for event in events if event["source_run_id"] == first_run}
    assert named == {"p2c/accounts/usmf", "p2c/accounts/demf"}


def test_the_steps_of_an_organization_carry_its_name(scheduler, first_run):
    tasks = scheduler.tasks(first_run, "demf").values()
    assert {task["rendered_map_index"] for task in tasks} == {"demf"}


def test_a_cleared_load_reads_the_staged_rows_again_and_writes_nothing(scheduler, first_run):
    since, effects = scheduler.last_request(), scheduler.journal("effects")
    counts = scheduler.ledger.counts(scheduler.key(first_run, "demf"))
    scheduler.clear(first_run, "load", "demf")
    tasks = scheduler.tasks(first_run, "demf")
    assert [tasks[step]["try_number"] for step in STEPS] == [1, 1, 1, 2]
    assert tasks["load"]["state"] == "success"
    assert scheduler.journal("requests", system="sales", since=since) == []
    assert scheduler.journal("effects") == effects
    assert scheduler.ledger.counts(scheduler.key(first_run, "demf")) == counts


def test_a_cleared_map_runs_again_with_the_steps_after_it_and_not_with_extract(scheduler, first_run):
    since, effects = scheduler.last_request(), scheduler.journal("effects")
    scheduler.clear(first_run, "map", "usmf", downstream=True)
    tasks = scheduler.tasks(first_run, "usmf")
    assert [tasks[step]["try_number"] for step in STEPS] == [1, 2, 2, 2]
    assert {task["state"] for task in tasks.values()} == {"success"}
    assert scheduler.journal("requests", system="sales", since=since) == []
    assert scheduler.journal("effects") == effects


def test_a_run_restricted_to_an_organization_skips_the_others(scheduler, first_run):
    run_id = scheduler.trigger(organizations=["demf"], full=True)
    assert scheduler.states(run_id, "demf") == ["success"] * 4
    assert scheduler.states(run_id, "usmf") == ["skipped"] * 4


def test_a_map_index_that_means_another_organization_now_fails_by_name(scheduler, first_run):
    site = scheduler.stack.home.site_file
    text = site.read_text(encoding="utf-8")
    run_id = scheduler.trigger(full=True)
    try:
        renamed = text.replace("organizations.usmf", "organizations.elsewhere")
        site.write_text(renamed, encoding="utf-8")
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [["accounts_to_customers.map", 0]],
            "only_failed": False,
            "reset_dag_runs": True,
        }
        scheduler.api("POST", "/dags/accounts/clearTaskInstances", body)
        scheduler.finish(run_id)
        task = next(
            task
            for task in scheduler.stack.api.task_instances("accounts", run_id)
            if task["task_id"] == "accounts_to_customers.map" and task["map_index"] == 0
        )
        error = scheduler.stack.api.task_error("accounts", task)
    finally:
        site.write_text(text, encoding="utf-8")
    assert "'usmf'" in error
    assert "'elsewhere'" in error


def test_a_run_without_a_pool_fails_at_once_naming_the_command(scheduler, first_run):
    with scheduler.without_pool("p2c_sales"):
        run_id = scheduler.trigger(organizations=["usmf"])
        run = scheduler.stack.api.run("accounts", run_id)
    assert run["state"] == "failed"
    assert "p2c_sales" in run["note"]
    assert "p2c init" in run["note"]
