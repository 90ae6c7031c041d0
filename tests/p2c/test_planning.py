from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from p2c.field_comparison import FieldDifference
from p2c.flow import BlankPolicy, WritePolicy
from p2c.flows.accounts import ACCOUNTS
from p2c.ledger import Outcome, Reason, RowState, RunKey
from p2c.mapping.prepare import destination_contracts
from p2c.planning import MappedRow, Planner

RUN = RunKey("accounts", "run-2", "accounts", "usmf")
STORED = {
    "@odata.etag": 'W/"1"',
    "CustomerAccount": "US-001",
    "OrganizationName": "Contoso",
    "IsExternallyMaintained": "Yes",
    "CustomerGroupId": "30",
    "PrimaryContactPhone": "1",
}


def planner(flow=ACCOUNTS, *, adopt: bool = False) -> Planner:
    return Planner(flow, destination_contracts(flow), RUN, adopt=adopt, settle_runs=3)


def mapped(**values: Any) -> MappedRow:
    row: dict[str, Any] = {pair.target: None for pair in ACCOUNTS.cds_to_destination}
    row |= {"block:primary address": False, "block:invoice address": False, "CustomerAccount": "US-001"}
    row |= {"OrganizationName": "Contoso", "IsExternallyMaintained": "Yes", "CustomerGroupId": "10"}
    return MappedRow("id-1", "US-001", 5, row | {"PrimaryContactPhone": "1"} | values)


def remembered(**changes: Any) -> RowState:
    state: dict[str, Any] = {
        "flow": "accounts",
        "organization": "usmf",
        "source_id": "id-1",
        "integration_key": "US-001",
        "destination_key": "US-001",
        "version": 4,
        "outcome": Outcome.UPDATED,
        "reasons": (),
        "ours": True,
        "attempts": 0,
        "due_at": None,
        "retry_requested": False,
        "dismissed": False,
        "differences": "",
        "times_differed": 0,
        "fingerprint": "",
        "request_id": "",
        "dag_id": "accounts",
        "run_id": "run-1",
        "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return RowState(**(state | changes))


def test_a_default_that_counts_from_a_date_is_written_on_create_only():
    row = mapped(PrimaryContactPhone="2", **{"default:PrimaryContactPhone": True})
    assert planner().plan(row, None, None).values["PrimaryContactPhone"] == "2"
    assert planner().plan(row, STORED, None).outcome is Outcome.UNCHANGED


def test_a_row_unknown_to_the_destination_is_created_with_its_filled_fields_only():
    plan = planner().plan(mapped(PrimaryContactFax=None), None, None)
    assert plan.outcome is Outcome.CREATED
    assert plan.values["OrganizationName"] == "Contoso"
    assert "PrimaryContactFax" not in plan.values


def test_a_row_equal_to_the_destination_is_unchanged():
    assert planner().plan(mapped(), STORED, remembered()).outcome is Outcome.UNCHANGED


def test_an_update_sends_the_changed_field_only():
    plan = planner().plan(mapped(PrimaryContactPhone="2"), STORED, remembered())
    assert plan.outcome is Outcome.UPDATED
    assert plan.values == {"PrimaryContactPhone": "2"}
    assert plan.etag == 'W/"1"'


def test_a_field_written_on_create_only_keeps_the_value_of_finance():
    plan = planner().plan(mapped(CustomerGroupId="10"), STORED | {"CustomerGroupId": "30"}, remembered())
    assert plan.outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(("blank", "sent"), [(BlankPolicy.CLEAR, {"PrimaryContactPhone": ""}), (BlankPolicy.KEEP, {})])
def test_a_blank_value_clears_or_keeps_by_policy(blank, sent):
    flow = ACCOUNTS.with_pair(replace(ACCOUNTS.destination_pair("PrimaryContactPhone"), blank=blank))
    assert planner(flow).plan(mapped(PrimaryContactPhone=None), STORED, remembered()).values == sent


@pytest.mark.parametrize(("stored", "sent"), [("", {"PrimaryContactPhone": "2"}), ("1", {})])
def test_a_field_written_if_the_target_is_empty_fills_it_once(stored, sent):
    pair = replace(ACCOUNTS.destination_pair("PrimaryContactPhone"), write=WritePolicy.IF_TARGET_EMPTY)
    plan = planner(ACCOUNTS.with_pair(pair)).plan(
        mapped(PrimaryContactPhone="2"), STORED | {"PrimaryContactPhone": stored}, remembered()
    )
    assert plan.values == sent


def test_one_changed_part_sends_the_whole_address_with_description_and_roles():
    address = {"AddressStreet": "Main St", "AddressCity": "Dallas", "AddressState": "TX", "AddressZipCode": "75201"}
    row = mapped(
        **{"block:primary address": True, "AddressCountryRegionISOCode": "US", "AddressDescription": "Business"},
        AddressLocationRoles="Business;Delivery",
        **address,
    )
    stored = STORED | address | {"AddressCountryRegionISOCode": "US", "AddressZipCode": "75202"}
    plan = planner().plan(row, stored, remembered())
    assert set(plan.values) == {
        *address,
        "AddressCounty",
        "AddressCountryRegionISOCode",
        "AddressDescription",
        "AddressLocationRoles",
    }
    assert plan.differing == (FieldDifference("AddressZipCode", "75201", "75202"),)


def test_an_empty_address_is_neither_sent_nor_cleared():
    assert planner().plan(mapped(), STORED | {"AddressCity": "Dallas"}, remembered()).outcome is Outcome.UNCHANGED


def test_an_existing_row_that_is_not_ours_is_rejected_until_adopted():
    stored = STORED | {"IsExternallyMaintained": "No"}
    rejected = planner().plan(mapped(), stored, None)
    assert (rejected.outcome, rejected.reasons[0].code) == (Outcome.REJECTED, "not_ours")
    assert rejected.differing == (FieldDifference("IsExternallyMaintained", "Yes", "No"),)
    assert rejected.values == {}
    adopted = planner(adopt=True).plan(mapped(), stored, None)
    assert adopted.values == {"IsExternallyMaintained": "Yes"}
    assert [reason.code for reason in adopted.reasons] == ["adopted"]


def test_a_changed_key_is_rejected_naming_both_keys():
    plan = planner().plan(mapped(), None, remembered(destination_key="US-000"))
    assert plan.outcome is Outcome.REJECTED
    assert "from US-000 to US-001" in plan.reasons[0].text


def test_a_key_that_changed_in_case_only_is_the_same_key():
    assert planner().plan(mapped(), STORED, remembered(destination_key="us-001")).outcome is Outcome.UNCHANGED


def test_an_older_version_is_skipped():
    plan = planner().plan(mapped(PrimaryContactPhone="2"), STORED, remembered(version=6))
    assert (plan.outcome, plan.reasons[0].code) == (Outcome.SKIPPED, "older_version")


def test_a_row_that_differs_the_same_way_in_three_runs_is_set_aside():
    row = mapped(PrimaryContactPhone="2")
    digest = planner().plan(row, STORED, remembered()).differences
    plan = planner().plan(row, STORED, remembered(differences=digest, times_differed=2))
    assert (plan.outcome, plan.reasons[0].code) == (Outcome.REJECTED, "does_not_settle")
    assert "PrimaryContactPhone" in plan.reasons[0].text


def test_a_row_whose_wanted_value_changed_meanwhile_is_written_again():
    digest = planner().plan(mapped(PrimaryContactPhone="2"), STORED, remembered()).differences
    plan = planner().plan(mapped(PrimaryContactPhone="3"), STORED, remembered(differences=digest, times_differed=2))
    assert plan.outcome is Outcome.UPDATED


def test_the_action_hold_puts_a_row_that_left_on_hold_once():
    reason = Reason("out_of_scope", "inactive")
    assert planner().plan_left(STORED | {"OnHoldStatus": "No"}, "hold", reason).values == {"OnHoldStatus": "All"}
    assert planner().plan_left(STORED | {"OnHoldStatus": "All"}, "hold", reason).values == {}
    assert planner().plan_left(STORED, "report", reason).values == {}


def test_an_amount_is_compared_exactly():
    flow = ACCOUNTS.with_pair(replace(ACCOUNTS.destination_pair("CreditLimit"), enabled=True))
    plan = planner(flow).plan(mapped(CreditLimit=Decimal("0.300000")), STORED | {"CreditLimit": "0.3"}, remembered())
    assert plan.outcome is Outcome.UNCHANGED
