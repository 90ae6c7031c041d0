from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from fixtures.steps import STORE_COLUMNS, Steps

from p2c.ledger import Outcome


@pytest.fixture
def landed(steps: Steps) -> Steps:
    """The accounts after their first run."""
    steps.run("first")
    return steps


def entered_anew(steps: Steps, number: str, *, deleted: bool) -> tuple[str, str]:
    """Enter an account under the number of another one; returns the ids of the old and the new one."""
    before: dict[str, Any] = steps.account(number)
    if deleted:
        steps.sandbox.delete_rows("sales", "accounts", [before["accountid"]])
    kept = {name: value for name, value in before.items() if name not in (*STORE_COLUMNS, "modifiedon")}
    again = kept | {"accountid": str(uuid4()), "name": "Entered anew"}
    steps.sandbox.put_rows("sales", "accounts", again)
    steps.let_pass(60)
    return before["accountid"], again["accountid"]


def test_an_account_entered_anew_takes_over_the_customer_of_the_deleted_one(landed: Steps) -> None:
    before, again = entered_anew(landed, "US-001", deleted=True)
    landed.run("second")
    states = landed.ledger.states("accounts", "usmf", [before, again])
    assert (states[again].outcome, states[again].destination_key) == (Outcome.UPDATED, "US-001")
    assert [reason.code for reason in states[again].reasons] == ["inherited"]
    assert before in states[again].reasons[0].text
    assert (states[before].outcome, states[before].ours) == (Outcome.LEFT, False)
    assert landed.customers()["US-001"]["OrganizationName"] == "Entered anew"


def test_its_customer_is_not_put_on_hold_on_the_way(landed: Steps) -> None:
    organization = landed.site.organizations["usmf"].model_copy(update={"left": {"accounts": "hold"}})
    landed.use(landed.site.model_copy(update={"organizations": {"usmf": organization}}))
    entered_anew(landed, "US-001", deleted=True)
    landed.run("second")
    assert landed.customers()["US-001"]["OnHoldStatus"] == "No"


def test_the_old_account_is_not_revived_by_what_was_staged_before(landed: Steps) -> None:
    landed.change_account("US-001", name="Changed before it was deleted")
    staged = landed.judged("old")
    entered_anew(landed, "US-001", deleted=True)
    landed.run("second")
    landed.load("old", staged)
    assert landed.customers()["US-001"]["OrganizationName"] == "Entered anew"


def test_while_the_source_has_both_the_new_one_is_rejected(landed: Steps) -> None:
    before, again = entered_anew(landed, "US-001", deleted=False)
    landed.run("second")
    state = landed.ledger.states("accounts", "usmf", [again])[again]
    assert (state.outcome, state.reasons[0].code) == (Outcome.REJECTED, "duplicate_key")
    assert before in state.reasons[0].text


def test_a_rejected_one_lands_when_it_is_retried_after_the_other_was_deleted(landed: Steps) -> None:
    before, again = entered_anew(landed, "US-001", deleted=False)
    landed.run("second")
    landed.sandbox.delete_rows("sales", "accounts", [before])
    landed.ledger.retry("accounts", "usmf", [again])
    landed.run("third")
    assert landed.customers()["US-001"]["OrganizationName"] == "Entered anew"
    assert landed.ledger.states("accounts", "usmf", [again])[again].outcome is Outcome.UPDATED
