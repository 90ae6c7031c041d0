from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

from p2c_metadata import Property, parse

CUSTOMER = {"system": "finance_operations", "entity_set": "CustomersV3"}
ACCOUNT = {"system": "sales", "entity_set": "accounts"}


def change(sandbox: Sandbox, field: str, **body: Any) -> None:
    sandbox.control("POST", "schema", {"field": field, **body})


def column(sandbox: Sandbox, system: str, entity_set: str, name: str) -> Property:
    session = sandbox.sales if system == "sales" else sandbox.finance_operations
    return parse(session.get("$metadata").content).entity_set(entity_set).property(name)


def test_a_dropped_field_is_unknown_to_a_read_and_to_a_write(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "KnownAs", **CUSTOMER, drop=True)
    answer = demo_sandbox.finance_operations.get("CustomersV3?$select=KnownAs")
    assert answer.status_code == 400
    assert "Could not find a property named 'KnownAs'" in answer.text
    created = demo_sandbox.finance_operations.post("CustomersV3", json={"KnownAs": "x"})
    assert created.status_code == 400
    assert "The property 'KnownAs' does not exist on type" in created.text
    assert demo_sandbox.finance_operations.get("CustomersV3").json()["value"]


def test_a_renamed_column_goes_by_its_new_name_only(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "telephone1", **ACCOUNT, rename="phone1")
    assert demo_sandbox.sales.get("accounts?$select=phone1").status_code == 200
    assert demo_sandbox.sales.get("accounts?$select=telephone1").status_code == 400
    assert demo_sandbox.sales.get("accounts").status_code == 200


def test_a_renamed_field_of_finance_is_read_empty(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "KnownAs", **CUSTOMER, rename="AlsoKnownAs")
    rows = demo_sandbox.finance_operations.get("CustomersV3?cross-company=true").json()["value"]
    assert {row["AlsoKnownAs"] for row in rows} == {""}


def test_a_dropped_lookup_takes_its_navigation_property_along(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "_parentaccountid_value", **ACCOUNT, drop=True)
    assert demo_sandbox.sales.get("accounts?$expand=parentaccountid").status_code == 400


def test_an_added_field_may_be_written(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "new_class", **ACCOUNT, add="Edm.String")
    row = demo_sandbox.rows("sales", "accounts")[0]
    assert demo_sandbox.sales.patch(f"accounts({row['accountid']})", json={"new_class": "A"}).status_code == 204


def test_a_required_field_has_to_be_filled_in(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "KnownAs", **CUSTOMER, required=True)
    group = {"dataAreaId": "usmf", "CustomerGroupId": "10", "SalesCurrencyCode": "USD", "OrganizationName": "x"}
    answer = demo_sandbox.finance_operations.post("CustomersV3", json={**group, "CustomerAccount": "NEW-1"})
    assert "Field 'KnownAs' must be filled in." in answer.text


@pytest.mark.parametrize(
    ("system", "entity_set", "field", "body", "attribute", "expected"),
    [
        ("finance_operations", "CustomersV3", "KnownAs", {"type": "Edm.Decimal"}, "type", "Edm.Decimal"),
        ("sales", "accounts", "name", {"max_length": 40}, "max_length", 40),
        ("sales", "accounts", "_parentaccountid_value", {"targets": ["contact"]}, "lookup_targets", ("contact",)),
    ],
)
def test_a_change_shows_in_the_metadata(
    demo_sandbox: Sandbox, system: str, entity_set: str, field: str, body: dict[str, Any], attribute: str, expected: Any
) -> None:
    change(demo_sandbox, field, system=system, entity_set=entity_set, **body)
    assert getattr(column(demo_sandbox, system, entity_set, field), attribute) == expected


def test_an_option_is_added_to_a_choice_column_and_to_an_enumeration(demo_sandbox: Sandbox) -> None:
    change(demo_sandbox, "industrycode", **ACCOUNT, option={"value": 900, "label": "Space"})
    assert column(demo_sandbox, "sales", "accounts", "industrycode").options[900] == "Space"
    change(demo_sandbox, "IsExternallyMaintained", **CUSTOMER, option={"value": 2, "label": "Perhaps"})
    field = column(demo_sandbox, "finance_operations", "CustomersV3", "IsExternallyMaintained")
    assert field.enum is not None
    assert field.enum.members["Perhaps"] == 2


@pytest.mark.parametrize(("method", "path"), [("POST", "reset"), ("DELETE", "schema")])
def test_a_reset_takes_changes_back(demo_sandbox: Sandbox, method: str, path: str) -> None:
    change(demo_sandbox, "telephone1", **ACCOUNT, drop=True)
    demo_sandbox.control(method, path)
    assert demo_sandbox.sales.get("accounts?$select=telephone1").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**ACCOUNT, "field": "nothing", "drop": True}, "accounts has no field 'nothing'."),
        ({**ACCOUNT, "entity_set": "nothing", "field": "name", "drop": True}, "There is no entity set 'nothing'."),
        ({**ACCOUNT, "field": "name", "drop": True, "rename": "other"}, "give exactly one of"),
    ],
)
def test_what_cannot_be_changed_is_refused_by_name(demo_sandbox: Sandbox, body: dict[str, Any], said: str) -> None:
    with pytest.raises(requests.HTTPError) as refused:
        demo_sandbox.control("POST", "schema", body)
    assert said in refused.value.response.text
