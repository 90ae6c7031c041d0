from __future__ import annotations

import pytest
from fixtures.steps import Steps

from p2c.check.tenant_model import tenant_model
from p2c.errors import SignInError, ThrottledError
from p2c.flows.accounts import ACCOUNTS
from p2c_metadata import load


def test_the_model_is_the_shipped_one_with_what_the_tenant_has(steps: Steps) -> None:
    dropped = {"system": "finance_operations", "entity_set": "CustomersV3", "field": "KnownAs", "drop": True}
    steps.sandbox.control("POST", "schema", dropped)
    model = tenant_model([ACCOUNTS], "finance_operations", steps.finance_operations, steps.lines.append)
    assert model is not None
    assert model.entity_sets.keys() == load("finance_operations").entity_sets.keys()
    assert "KnownAs" not in model.entity_set("CustomersV3").properties
    assert steps.lines == []


def test_the_whole_has_reference_data_too(steps: Steps) -> None:
    tenant_model([ACCOUNTS], "finance_operations", steps.finance_operations, steps.lines.append, whole=True)
    asked = [seen["query"] for seen in steps.sandbox.requests_seen(system="finance_operations")]
    assert any("CustomerGroups" in query for query in asked)


def test_metadata_that_are_not_given_are_told(steps: Steps) -> None:
    steps.sandbox.plan_faults({"match": {"path": "^/metadata/"}, "action": {"status": 403}})
    assert tenant_model([ACCOUNTS], "finance_operations", steps.finance_operations, steps.lines.append) is None
    assert "F&O does not give its metadata, so flows are not held against them" in steps.lines[0]


@pytest.mark.parametrize(
    ("action", "error"),
    [({"status": 401}, SignInError), ({"status": 429, "headers": {"Retry-After": "86400"}}, ThrottledError)],
)
def test_what_concerns_every_request_is_raised(steps: Steps, action: dict, error: type[Exception]) -> None:
    steps.sandbox.plan_faults({"match": {"path": "^/metadata/"}, "action": action})
    with pytest.raises(error):
        tenant_model([ACCOUNTS], "finance_operations", steps.finance_operations, steps.lines.append)
