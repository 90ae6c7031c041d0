from __future__ import annotations

from datetime import timedelta

import pytest
from fixtures.steps import site_document

from p2c.errors import CircuitBreakerError, FlowStoppedError, LeaseHeldError, StagingError
from p2c.flows.accounts import ACCOUNT
from p2c.ledger import Outcome
from p2c.site import Site


def test_the_initial_load_accounts_for_every_row_and_the_customers_are_there(steps):
    counts = steps.run("first")
    assert sum(counts.values()) == len(steps.sandbox.rows("sales", "accounts"))
    customers = steps.customers()
    landed = [*steps.outcomes("first", Outcome.CREATED), *steps.outcomes("first", Outcome.UPDATED)]
    assert landed
    for number in landed:
        source = steps.account(number)
        assert customers[number]["OrganizationName"] == source["name"].rstrip()
        assert customers[number]["IsExternallyMaintained"] == "Yes"
        assert customers[number]["PrimaryContactPhone"] == (source.get("telephone1") or "")


def test_a_second_run_finds_every_row_unchanged_and_writes_nothing(steps):
    steps.run("first")
    before = len(steps.writes())
    counts = steps.run("second", full=True)
    assert set(counts) <= {"unchanged", "skipped", "rejected"}
    assert len(steps.writes()) == before


def test_runs_on_postgresql_have_the_outcomes_of_runs_on_sqlite(postgres_steps):
    first = postgres_steps.run("first")
    created = [effect for effect in postgres_steps.writes() if effect["kind"] == "created"]
    assert first["created"] == len(created) > 0
    assert sum(first.values()) == len(postgres_steps.sandbox.rows("sales", "accounts"))
    row = postgres_steps.account("US-001")
    stored = postgres_steps.cds.get(ACCOUNT, "accounts", "usmf", [row["accountid"]])[row["accountid"]]
    assert stored.values["Name"] == row["name"]
    assert set(postgres_steps.run("second", full=True)) <= {"unchanged", "skipped", "rejected"}


def test_loading_the_same_staged_rows_twice_changes_nothing(steps):
    validated = steps.judged("first")
    first = steps.load("first", validated)
    before = len(steps.writes())
    again = steps.load("first", validated)
    assert again["counts"] == first["counts"]
    assert len(steps.writes()) == before


def test_a_changed_phone_number_is_the_only_field_written(steps):
    steps.run("first")
    since = len(steps.writes())
    steps.change_account("US-001", telephone1="555 0199")
    assert steps.run("second")["updated"] == 1
    effects = steps.writes()[since:]
    assert [set(effect["changes"]) for effect in effects] == [{"PrimaryContactPhone"}]
    assert steps.customers()["US-001"]["PrimaryContactPhone"] == "555 0199"


def test_finance_keeps_the_customer_group_it_chose(steps):
    steps.run("first")
    key = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')?cross-company=true"
    steps.sandbox.finance_operations.patch(key, json={"CustomerGroupId": "30"}).raise_for_status()
    steps.change_account("US-001", telephone1="555 0199")
    steps.run("second")
    assert steps.customers()["US-001"]["CustomerGroupId"] == "30"


def test_an_existing_customer_that_is_not_ours_is_left_alone_until_adopted(steps):
    before = steps.customers()["US-004"]
    steps.run("first")
    outcome = steps.outcome("first", "US-004")
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.REJECTED, "not_ours")
    assert steps.customers()["US-004"] == before
    steps.run("adopting", keys=("US-004",), adopt=True)
    assert steps.customers()["US-004"]["IsExternallyMaintained"] == "Yes"


def test_a_renumbered_account_is_rejected_naming_both_numbers(steps):
    steps.run("first")
    steps.change_account("US-001", accountnumber="US-901")
    steps.run("second")
    outcome = steps.outcome("second", "US-901")
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.REJECTED, "key_changed")
    assert "US-001" in outcome.reasons[0].text
    assert "US-901" not in steps.customers()


def test_a_deactivated_account_has_left_and_is_only_reported(steps):
    steps.run("first")
    steps.change_account("US-001", statecode=1, statuscode=2)
    before = len(steps.writes())
    assert steps.run("second")["left"] == 1
    assert len(steps.writes()) == before


def test_a_site_may_put_a_customer_that_left_on_hold(steps):
    steps.run("first")
    document = site_document()
    document["organizations"]["usmf"]["left"] = {"accounts": "hold"}
    steps.site = Site.model_validate(document)
    steps.change_account("US-001", statecode=1, statuscode=2)
    steps.run("second")
    assert steps.customers()["US-001"]["OnHoldStatus"] == "All"


def test_an_account_moved_to_another_business_unit_has_left(steps):
    steps.run("first")
    units = {row["name"]: row["businessunitid"] for row in steps.sandbox.rows("sales", "businessunits")}
    row = steps.account("US-001")
    steps.rewrite("sales", "accounts", row, _owningbusinessunit_value=units["Contoso Germany"])
    steps.run("second")
    assert steps.outcome("second", "US-001").outcome is Outcome.LEFT


def test_a_number_sequence_that_replaces_our_key_stops_the_flow_after_one_create(steps):
    rows = steps.sandbox.rows("finance_operations", "SequenceV2Tables")
    steps.rewrite("finance_operations", "SequenceV2Tables", *rows, Manual="No")
    before = set(steps.customers())
    with pytest.raises(FlowStoppedError, match="number sequence"):
        steps.run("first")
    assert len(set(steps.customers()) - before) == 1
    assert steps.watermark() is None


def test_a_field_accepted_without_effect_is_given_up_after_three_runs(steps):
    parameters = steps.sandbox.rows("finance_operations", "CustomerParameters")
    proposing = {"ChangeProposalIsEnabled": "Yes", "ChangeProposalDataEntityBehavior": "CreateChangeProposal"}
    steps.rewrite("finance_operations", "CustomerParameters", *parameters, **proposing)
    credit_limit = {"accounts": {"fields": {"CreditLimit": {"enabled": True}}}}
    steps.site = Site.model_validate(site_document(flows=credit_limit))
    steps.rewrite("sales", "accounts", steps.account("US-001"), creditlimit=4711)
    steps.run("landing", keys=("US-001",))
    assert steps.run("first", keys=("US-001",)) == {"updated": 1}
    assert steps.run("second", keys=("US-001",)) == {"updated": 1}
    assert steps.run("third", keys=("US-001",)) == {"rejected": 1}
    reason = steps.outcome("third", "US-001").reasons[0]
    assert (reason.code, reason.field) == ("does_not_settle", "CreditLimit")
    before = len(steps.writes())
    assert steps.run("fourth", keys=("US-001",)) == {"rejected": 1}
    assert len(steps.writes()) == before


def test_a_dry_run_plans_and_leaves_everything_as_it_was(steps):
    counts = steps.run("dry", dry_run=True)
    assert counts["created"] > 0
    assert steps.writes() == []
    assert steps.watermark() is None
    assert list(steps.ledger.outcomes(steps.key("dry"))) == []


def test_the_watermark_is_the_end_of_the_window_and_moves_with_a_watermark_run_only(steps):
    steps.run("first")
    first = steps.watermark()
    assert first == steps.ledger.run(steps.key("first")).window.end
    steps.run("full", full=True)
    assert steps.watermark() == first


def test_rows_refused_by_the_destination_fail_with_its_own_words_and_the_others_land(steps):
    refusal = {"status": 400, "body": {"error": {"code": "", "message": "Delivery zone 'Nowhere' is unknown."}}}
    refused = {"system": "finance_operations", "entity_set": "CustomersV3", "operation": "any", "nth": 5}
    steps.sandbox.plan_faults({"match": refused, "action": refusal})
    counts = steps.run("first")
    (failed,) = (row for row in steps.ledger.outcomes(steps.key("first")) if row.outcome is Outcome.FAILED)
    assert "Delivery zone 'Nowhere' is unknown." in failed.reasons[0].text
    assert failed.integration_key not in steps.customers()
    assert counts["created"] > 5


def test_too_many_refused_rows_open_the_circuit_breaker_while_writing(steps):
    steps.sandbox.plan_faults(
        {
            "match": {"system": "finance_operations", "entity_set": "CustomersV3", "operation": "any"},
            "action": {"status": 400, "body": {"error": {"code": "", "message": "Update has been canceled."}}},
        }
    )
    document = site_document()
    document["runs"] = {"breaker_rows": 2}
    steps.site = Site.model_validate(document)
    with pytest.raises(CircuitBreakerError, match="refused"):
        steps.run("first", full=True)
    assert steps.watermark() is None


def test_a_load_waits_while_another_run_holds_the_lease(steps):
    validated = steps.judged("first")
    with (
        steps.ledger.lease("accounts", "usmf", "accounts/other", timedelta(minutes=5)),
        pytest.raises(LeaseHeldError, match="accounts/other"),
    ):
        steps.load("first", validated)
    assert steps.writes() == []


def test_a_staged_set_that_was_altered_is_refused_before_anything_is_written(steps):
    validated = steps.judged("first")
    part = next((steps.folder / "staging").rglob("map/**/*destination.parquet"))
    part.write_bytes(part.read_bytes()[:-7] + b"altered")
    with pytest.raises(StagingError, match="Clear the step map"):
        steps.load("first", validated)
    assert steps.writes() == []


def test_accepted_rows_stand_in_the_common_data_service_with_their_origin(steps):
    steps.run("first")
    row = steps.account("US-001")
    stored = steps.cds.get(ACCOUNT, "accounts", "usmf", [row["accountid"]])[row["accountid"]]
    assert stored.values["Name"] == row["name"]
    assert stored.origin == "accounts"
