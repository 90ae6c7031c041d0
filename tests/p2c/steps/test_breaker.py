from __future__ import annotations

import pytest
from fixtures.steps import site_document

from p2c.errors import CircuitBreakerError
from p2c.site import Site
from p2c.steps.breaker import exceeded

REFUSAL = {
    "match": {"system": "finance_operations", "entity_set": "CustomersV3", "operation": "any"},
    "action": {"status": 400, "body": {"error": {"code": "", "message": "Update has been canceled."}}},
}


@pytest.fixture
def strict_steps(steps):
    steps.site = Site.model_validate(site_document(runs={"breaker_rows": 2, "breaker_share": 0.1}))
    return steps


@pytest.mark.parametrize(("bad", "judged", "too_many"), [(1, 1, False), (2, 20, True), (2, 21, False), (3, 30, True)])
def test_a_number_and_a_share_of_bad_rows_are_too_many_together(strict_steps, bad, judged, too_many):
    assert exceeded(strict_steps.context("first"), bad, judged) is too_many


def test_an_ordinary_run_stops_for_its_rejected_rows(strict_steps):
    with pytest.raises(CircuitBreakerError, match="rows in scope are rejected for usmf; nothing was written"):
        strict_steps.run("first", full=True)


def test_an_initial_load_reports_refused_rows_once_and_goes_on(strict_steps):
    strict_steps.sandbox.plan_faults(REFUSAL)
    counts = strict_steps.run("first")
    assert counts["failed"] > 2
    assert (
        len([line for line in strict_steps.lines if line.startswith("Initial load goes on: ") and "refused" in line])
        == 1
    )


def test_a_dry_run_reports_rejected_rows_and_goes_on(strict_steps):
    assert strict_steps.run("first", full=True, dry_run=True)["rejected"] > 2
    assert any(line.startswith("Dry run goes on: ") for line in strict_steps.lines)
