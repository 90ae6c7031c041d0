"""Contacts over several runs: those that wait for their account, leave a flow, or move to another account."""

from __future__ import annotations

import pytest
from fixtures.contacts import Contacts, only

from p2c.errors import TransientError
from p2c.ledger import Outcome


def test_a_contact_whose_account_has_not_landed_is_parked_and_lands_by_itself_after_it(contacts: Contacts) -> None:
    contact = contacts.add("CON-1", "US-002")
    contacts.run("contacts", "first")
    parked = contacts.outcome("first", contact)
    assert parked.outcome is Outcome.PARKED
    assert only(parked).text.startswith("It waits for US-002 of accounts, which is not in CustomersV3")
    contacts.run("accounts", "accounts 1")
    assert contacts.run("contacts", "second") == {"created": 1}
    assert ("CON-1", "US-002") in contacts.persons()


def test_a_parked_contact_is_not_read_again_before_its_account_lands(contacts: Contacts) -> None:
    contacts.add("CON-1", "US-002")
    contacts.run("contacts", "first")
    contacts.steps.let_pass(3600)
    contacts.run("contacts", "within the overlap of windows")
    contacts.steps.let_pass(3600)
    assert contacts.run("contacts", "third") == {}


def test_a_contact_of_an_account_without_number_is_parked_and_not_blamed_for_it(landed: Contacts) -> None:
    accounts = landed.steps.sandbox.rows("sales", "accounts")
    coho = next(row for row in accounts if row["name"].startswith("Coho Winery"))
    parent = {"parentcustomerid_account@odata.bind": f"/accounts({coho['accountid']})"}
    contact = landed.add("CON-1", **parent)
    landed.run("contacts", "first")
    parked = landed.outcome("first", contact)
    assert (parked.outcome, only(parked).code) == (Outcome.PARKED, "parent")


def test_a_customer_that_accounts_never_sent_is_found_at_the_destination(contacts: Contacts) -> None:
    customers = set(contacts.steps.customers())
    assert "US-001" in customers
    contact = contacts.add("CON-1", "US-001")
    contacts.run("contacts", "first")
    assert contacts.outcome("first", contact).outcome is Outcome.CREATED


@pytest.mark.parametrize(("action", "inactive"), [("deactivate", "Yes"), ("report", "No")])
def test_a_contact_that_becomes_an_active_customer_leaves_one_flow_and_lands_in_the_other(
    landed: Contacts, action: str, inactive: str
) -> None:
    landed.site(left=action)
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.run("contacts_to_customers", "first")
    landed.change(contact, msdynce_isactivecustomer=True)
    landed.run("contacts", "second")
    landed.run("contacts_to_customers", "second")
    assert landed.outcome("second", contact).outcome is Outcome.LEFT
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == inactive
    assert landed.outcome("second", contact, "contacts_to_customers").outcome is Outcome.CREATED
    assert landed.steps.customers()["CON-1"]["PartyNumber"] == "CON-1"


def test_a_deactivated_contact_is_set_inactive_and_active_again_when_it_comes_back(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.change(contact, statecode=1)
    landed.run("contacts", "second")
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == "Yes"
    landed.change(contact, statecode=0)
    landed.run("contacts", "third")
    assert landed.outcome("third", contact).changed_fields == ("IsInactive",)
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == "No"


def test_a_contact_that_came_back_is_not_set_inactive_by_a_run_that_read_it_before(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.change(contact, statecode=1)
    older = landed.steps.judged("older")
    landed.change(contact, statecode=0)
    landed.run("contacts", "newer")
    landed.steps.load("older", older)
    outcome = landed.outcome("older", contact)
    assert (outcome.outcome, only(outcome).code) == (Outcome.SKIPPED, "older_version")
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == "No"


def test_a_contact_that_moves_is_created_at_the_new_account_and_inactive_at_the_old(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.move(contact, "US-005")
    landed.run("contacts", "second")
    moved = landed.outcome("second", contact)
    assert (moved.outcome, only(moved).code) == (Outcome.CREATED, "moved")
    assert {key: person["IsInactive"] for key, person in landed.persons().items()} == {
        ("CON-1", "US-002"): "Yes",
        ("CON-1", "US-005"): "No",
    }
    assert landed.run("contacts", "third", full=True) == {"unchanged": 1}


def test_a_contact_that_moves_back_is_active_there_again(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    for number, account in enumerate(("US-002", "US-005", "US-002")):
        landed.move(contact, account)
        landed.run("contacts", f"run {number}")
    assert landed.outcome("run 2", contact).outcome is Outcome.UPDATED
    inactive = {customer: person["IsInactive"] for (_, customer), person in landed.persons().items()}
    assert inactive == {"US-002": "No", "US-005": "Yes"}


def test_what_a_moved_contact_leaves_behind_is_tried_again_if_its_answer_is_lost(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.move(contact, "US-005")
    validated = landed.steps.judged("second")
    batch = {"system": "finance_operations", "method": "POST", "path": r"/\$batch$", "nth": 2}
    landed.steps.sandbox.plan_faults({"match": batch, "action": {"when": "before", "reset": True}})
    with pytest.raises(TransientError, match="got no answer"):
        landed.steps.load("second", validated)
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == "No"
    assert landed.steps.load("second", validated)["counts"] == {"unchanged": 1}
    assert landed.persons()["CON-1", "US-002"]["IsInactive"] == "Yes"
