from __future__ import annotations

import json

import pytest
from upath import UPath

from p2c.errors import ConfigurationError, IntegrationError, StagingError
from p2c.staging import Staging


def test_a_reference_names_the_staged_set_and_its_window_in_under_1_kb(steps):
    reference = steps.extract("first")
    assert reference["organization"] == "usmf"
    assert reference["window"][2] == "initial"
    assert len(json.dumps(reference)) < 1000


def test_staging_that_moved_between_two_steps_is_refused_naming_both_places(steps):
    extracted = steps.extract("first")
    steps.staging = Staging(UPath(steps.folder / "moved"))
    with pytest.raises(StagingError, match="`staging` in"):
        steps.map("first", extracted)


def test_a_step_of_a_run_that_never_began_names_the_step_to_clear(steps):
    with pytest.raises(ConfigurationError, match="clear extract"):
        _ = steps.context("unknown").run


def test_the_ledger_says_that_a_run_is_running_failed_or_done(steps):
    def state():
        return steps.ledger.run(steps.key("first")).state

    extracted = steps.extract("first")
    assert state() == "running"
    del steps.site.organizations["usmf"].defaults["accounts"]["WarehouseId"]
    with pytest.raises(ConfigurationError):
        steps.map("first", extracted)
    assert state() == "failed"
    steps.set_site()
    steps.load("first", steps.validate("first", steps.map("first", extracted)))
    assert state() == "success"


def test_a_dry_run_is_done_when_it_has_planned(steps):
    counts = steps.run("dry", dry_run=True)
    run = steps.ledger.run(steps.key("dry"))
    assert (run.state, run.counts) == ("success", counts)


THROTTLED = {"status": 429, "retry_after": {"seconds": 1}}


def requests_seen(steps):
    """Whole requests to both systems; the parts of a batch and requests for tokens stand apart."""
    seen = steps.sandbox.requests_seen()
    return [each for each in seen if each["system"] != "entra" and each["operation"] is None]


def figures(steps, run_id):
    return steps.ledger.run(steps.key(run_id)).statistics


def test_a_run_records_the_requests_and_refusals_that_both_systems_saw(steps):
    every_third = {"method": "GET", "every": 3, "count": 2}
    steps.sandbox.plan_faults(
        {"match": every_third | {"system": "sales"}, "action": THROTTLED},
        {"match": every_third | {"system": "finance_operations"}, "action": THROTTLED},
    )
    steps.run("first")
    seen = requests_seen(steps)
    found = figures(steps, "first")
    refused = [request for request in seen if request["status"] == 429]
    assert refused
    assert (found["requests"], found["throttled"]) == (len(seen), len(refused))
    assert found["seconds_waited"] >= 0.9 * len(refused)


def test_the_requests_of_a_step_that_fails_and_is_tried_again_add_up(steps):
    extracted = steps.extract("first")
    mapped = steps.map("first", extracted)
    steps.sandbox.plan_faults({"match": {"system": "finance_operations", "nth": 2}, "action": {"status": 403}})
    with pytest.raises(IntegrationError):
        steps.validate("first", mapped)
    steps.sandbox.clear_faults()
    steps.validate("first", mapped)
    seen = requests_seen(steps)
    assert figures(steps, "first")["requests"] == len(seen)
