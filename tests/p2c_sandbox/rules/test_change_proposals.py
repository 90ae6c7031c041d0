from __future__ import annotations

import pytest
from fixtures.sandbox import Sandbox

KEY = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')"


def set_behavior(sandbox: Sandbox, behavior: str, enabled: str = "Yes") -> None:
    parameters = {
        "dataAreaId": "usmf",
        "ChangeProposalIsEnabled": enabled,
        "ChangeProposalDataEntityBehavior": behavior,
    }
    sandbox.put_rows("finance_operations", "CustomerParameters", parameters)


def credit_limit(sandbox: Sandbox) -> int:
    found: int = sandbox.finance_operations.get(KEY).json()["CreditLimit"]
    return found


def test_a_protected_field_is_accepted_without_effect(demo_sandbox: Sandbox) -> None:
    set_behavior(demo_sandbox, "CreateChangeProposal")
    answer = demo_sandbox.finance_operations.patch(KEY, json={"CreditLimit": 1})
    assert answer.status_code == 204
    assert credit_limit(demo_sandbox) == 500_000
    (effect,) = demo_sandbox.effects()
    assert (effect["kind"], effect["changes"]) == ("no_effect", {"CreditLimit": {"old": 500_000, "new": 1}})


def test_other_fields_of_the_same_update_are_written(demo_sandbox: Sandbox) -> None:
    set_behavior(demo_sandbox, "CreateChangeProposal")
    demo_sandbox.finance_operations.patch(KEY, json={"CreditLimit": 1, "SalesMemo": "x"})
    assert credit_limit(demo_sandbox) == 500_000
    assert demo_sandbox.finance_operations.get(KEY).json()["SalesMemo"] == "x"
    assert [effect["kind"] for effect in demo_sandbox.effects()] == ["updated", "no_effect"]


def test_a_protected_field_is_refused_where_changes_are(demo_sandbox: Sandbox) -> None:
    set_behavior(demo_sandbox, "RejectChanges")
    answer = demo_sandbox.finance_operations.patch(KEY, json={"CreditLimit": 1})
    assert answer.status_code == 400
    assert "Field 'CreditLimit' cannot be changed" in answer.text


@pytest.mark.parametrize(("behavior", "enabled"), [("AllowWithoutApproval", "Yes"), ("CreateChangeProposal", "No")])
def test_without_approval_the_field_is_written(demo_sandbox: Sandbox, behavior: str, enabled: str) -> None:
    set_behavior(demo_sandbox, behavior, enabled)
    demo_sandbox.finance_operations.patch(KEY, json={"CreditLimit": 1})
    assert credit_limit(demo_sandbox) == 1


def test_a_value_that_stays_needs_no_approval(demo_sandbox: Sandbox) -> None:
    set_behavior(demo_sandbox, "RejectChanges")
    assert demo_sandbox.finance_operations.patch(KEY, json={"CreditLimit": 500_000}).status_code == 204
