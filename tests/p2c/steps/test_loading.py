from __future__ import annotations

import pytest

from p2c.errors import IntegrationError, TransientError
from p2c.ledger import Outcome

BATCH = {"system": "finance_operations", "method": "POST", "path": r"/\$batch$"}


def test_a_write_whose_answer_is_lost_after_the_commit_is_read_back_and_not_sent_again(steps):
    steps.sandbox.plan_faults({"match": BATCH | {"nth": 2}, "action": {"when": "after", "reset": True}})
    counts = steps.run("first")
    assert counts.get("failed", 0) == 0
    created = [effect["key"] for effect in steps.writes() if effect["kind"] == "created"]
    assert len(created) == len(set(created)) == counts["created"]


def test_a_write_that_was_lost_before_the_commit_lands_once_when_the_step_is_tried_again(steps):
    validated = steps.judged("first")
    steps.sandbox.plan_faults({"match": BATCH | {"nth": 2}, "action": {"when": "before", "reset": True}})
    with pytest.raises(TransientError, match="got no answer"):
        steps.load("first", validated)
    reasons = [row.reasons[0].code for row in steps.ledger.outcomes(steps.key("first"), Outcome.FAILED)]
    assert set(reasons) == {"not_confirmed"}
    assert steps.watermark() is None
    counts = steps.load("first", validated)["counts"]
    assert counts.get("failed", 0) == 0
    created = [effect["key"] for effect in steps.writes() if effect["kind"] == "created"]
    assert len(created) == len(set(created)) == counts["created"]


def test_rows_written_before_an_outage_are_recorded_and_the_rerun_writes_the_rest_only(steps):
    steps.set_site(runs={"batch_size": 5})
    validated = steps.judged("first")
    steps.sandbox.plan_faults({"match": BATCH | {"after": 2}, "action": {"status": 503}})
    with pytest.raises(IntegrationError):
        steps.load("first", validated)
    recorded = len(list(steps.ledger.outcomes(steps.key("first"))))
    assert recorded
    steps.sandbox.clear_faults()
    counts = steps.load("first", validated)["counts"]
    assert counts["created"] + counts["updated"] == len(steps.writes())


def test_the_first_create_goes_alone_so_that_a_replaced_key_shows_before_the_others(steps):
    steps.run("first")
    batches = [r for r in steps.sandbox.requests_seen(system="finance_operations") if r["path"].endswith("/$batch")]
    first = [effect for effect in steps.writes() if effect["request_id"] == batches[0]["id"]]
    assert len(first) == 1


def test_a_customer_that_another_creates_meanwhile_is_not_doubled(steps):
    validated = steps.judged("first")
    customer = {
        "dataAreaId": "usmf",
        "CustomerAccount": "US-002",
        "OrganizationName": "Made by hand",
        "CustomerGroupId": "10",
        "SalesCurrencyCode": "USD",
    }
    steps.sandbox.finance_operations.post("CustomersV3?cross-company=true", json=customer).raise_for_status()
    steps.load("first", validated)
    outcome = steps.outcome("first", "US-002")
    assert outcome.reasons[0].code == "not_ours"
    assert steps.customers()["US-002"]["OrganizationName"] == "Made by hand"


def test_an_account_does_not_take_the_customer_that_another_landed_under_its_number_meanwhile(steps):
    validated = steps.judged("first")
    other = steps.account("US-002")
    steps.rewrite("sales", "accounts", steps.account("US-001"), accountnumber="US-901")
    steps.rewrite("sales", "accounts", other, accountnumber="US-001")
    steps.run("second", keys=("US-001",))
    steps.load("first", validated)
    outcome = steps.outcome("first", "US-001")
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.REJECTED, "duplicate_key")
    assert steps.customers()["US-001"]["OrganizationName"] == other["name"]


def test_a_dismissed_row_is_skipped_until_its_source_changes(steps):
    steps.run("first")
    row = steps.outcome("first", "US-041")
    steps.ledger.dismiss("accounts", "usmf", [row.source_id], by="ann", why="Closed.")
    steps.run("second", full=True)
    again = steps.outcome("second", "US-041")
    assert (again.outcome, again.reasons[0].code) == (Outcome.SKIPPED, "dismissed")
    steps.change_account("US-041", address1_stateorprovince="California")
    steps.run("third")
    assert steps.outcome("third", "US-041").outcome is Outcome.CREATED
