from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "10", "Description": "Wholesales"}
KEY = "CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')"


@pytest.fixture
def company(sandbox: Sandbox) -> Sandbox:
    companies = [{"LegalEntityId": "usmf"}, {"LegalEntityId": "demf"}]
    sandbox.put_rows("finance_operations", "LegalEntities", *companies)
    return sandbox


@pytest.fixture
def group(company: Sandbox) -> Sandbox:
    company.put_rows("finance_operations", "CustomerGroups", GROUP)
    return company


def reason(answer: requests.Response) -> str:
    found: str = answer.json()["error"]["innererror"]["message"]
    return found


def stored(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sandbox.rows("finance_operations", "CustomerGroups")


def test_a_create_answers_201_with_the_row_and_its_address(company: Sandbox) -> None:
    answer = company.finance_operations.post("CustomerGroups", json=GROUP)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{company.origin}/data/{KEY}"
    assert answer.json()["@odata.etag"] == answer.headers["ETag"]
    assert (answer.json()["Description"], answer.json()["PaymentTermId"]) == ("Wholesales", "")


def test_a_create_without_a_company_goes_to_the_default_one(company: Sandbox) -> None:
    answer = company.finance_operations.post("CustomerGroups", json={"CustomerGroupId": "10"})
    assert answer.json()["dataAreaId"] == "usmf"


def test_the_body_chooses_the_company_in_any_case(company: Sandbox) -> None:
    answer = company.finance_operations.post("CustomerGroups", json=GROUP | {"dataAreaId": "DEMF"})
    assert answer.json()["dataAreaId"] == "demf"


def test_an_unknown_company_is_refused(company: Sandbox) -> None:
    answer = company.finance_operations.post("CustomerGroups", json=GROUP | {"dataAreaId": "none"})
    assert answer.status_code == 400
    assert "Company 'none' does not exist" in reason(answer)


def test_a_create_of_a_present_row_is_refused_by_the_infolog(group: Sandbox) -> None:
    answer = group.finance_operations.post("CustomerGroups", json=GROUP)
    assert answer.status_code == 400
    assert reason(answer) == (
        "Write failed for table row of type 'CustCustomerGroupEntity'. Infolog: Error: Cannot create a record in "
        "Customer groups. CustomerGroupId: 10.\nThe record already exists."
    )


def test_a_create_without_a_key_field_names_it(company: Sandbox) -> None:
    answer = company.finance_operations.post("CustomerGroups", json={"Description": "x"})
    assert "Field 'CustomerGroupId' must be filled in." in reason(answer)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_answers_204_and_changes_what_it_carries(group: Sandbox, method: str) -> None:
    answer = group.finance_operations.request(method, KEY, json={"PaymentTermId": "Net30"})
    assert (answer.status_code, answer.content) == (204, b"")
    (row,) = stored(group)
    assert (row["Description"], row["PaymentTermId"]) == ("Wholesales", "Net30")


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_what_is_not_there_is_neither_changed_nor_made(company: Sandbox, method: str) -> None:
    assert company.finance_operations.request(method, KEY, json={"Description": "x"}).status_code == 404
    assert stored(company) == []


def test_another_company_is_written_with_cross_company_alone(group: Sandbox) -> None:
    group.settings(finance_operations={"default_company": "demf"})
    change = {"Description": "x"}
    assert group.finance_operations.patch(KEY, json=change).status_code == 404
    assert group.finance_operations.patch(f"{KEY}?cross-company=true", json=change).status_code == 204


def test_the_key_may_be_repeated_but_not_changed(group: Sandbox) -> None:
    same = {"dataAreaId": "USMF", "CustomerGroupId": "10", "Description": "x"}
    assert group.finance_operations.patch(KEY, json=same).status_code == 204
    answer = group.finance_operations.patch(KEY, json={"CustomerGroupId": "20"})
    assert answer.status_code == 400
    assert "'CustomerGroupId' cannot be changed from '10' to '20'" in reason(answer)


def test_an_etag_of_the_past_is_a_412(group: Sandbox) -> None:
    old = group.finance_operations.get(KEY).headers["ETag"]
    first = group.finance_operations.patch(KEY, json={"Description": "x"}, headers={"If-Match": old})
    second = group.finance_operations.patch(KEY, json={"Description": "y"}, headers={"If-Match": old})
    assert (first.status_code, second.status_code) == (204, 412)
    assert [row["Description"] for row in stored(group)] == ["x"]


def test_any_version_may_be_asked_for(group: Sandbox) -> None:
    assert group.finance_operations.delete(KEY, headers={"If-Match": "*"}).status_code == 204


def test_a_deleted_row_is_gone(group: Sandbox) -> None:
    assert group.finance_operations.delete(KEY).status_code == 204
    assert group.finance_operations.get(KEY).status_code == 404


def test_a_null_does_not_clear_a_string_but_an_empty_one_does(group: Sandbox) -> None:
    group.finance_operations.patch(KEY, json={"Description": None})
    assert [row["Description"] for row in stored(group)] == ["Wholesales"]
    group.finance_operations.patch(KEY, json={"Description": ""})
    assert [row["Description"] for row in stored(group)] == [""]


def test_a_write_leaves_its_effect_in_the_journal(group: Sandbox) -> None:
    group.finance_operations.patch(KEY, json={"Description": "x", "PaymentTermId": ""})
    (effect,) = group.effects()
    assert (effect["kind"], effect["entity_set"], effect["key"]) == ("updated", "CustomerGroups", "usmf,10")
    assert effect["changes"] == {"Description": {"old": "Wholesales", "new": "x"}}


def test_an_update_that_changes_nothing_leaves_the_version_and_says_so(group: Sandbox) -> None:
    old = group.finance_operations.get(KEY).headers["ETag"]
    group.finance_operations.patch(KEY, json={"Description": "Wholesales"})
    assert group.finance_operations.get(KEY).headers["ETag"] == old
    assert [(effect["kind"], effect["changes"]) for effect in group.effects()] == [("no_effect", {})]


def test_a_refused_write_leaves_no_effect(group: Sandbox) -> None:
    group.finance_operations.post("CustomerGroups", json=GROUP)
    assert group.effects() == []


def test_a_missing_role_forbids_writing(company: Sandbox) -> None:
    company.settings(finance_operations={"denied_entity_sets": ["CustomerGroups"]})
    answer = company.finance_operations.post("CustomerGroups", json=GROUP)
    assert answer.status_code == 403
    assert "not authorized to write view" in reason(answer)


def test_a_customer_is_one_row_behind_three_entities(demo_sandbox: Sandbox) -> None:
    customer = {"dataAreaId": "usmf", "CustomerAccount": "X1", "Name": "Forest", "CustomerGroupId": "10"}
    assert demo_sandbox.finance_operations.post("CustomersBase", json=customer).status_code == 201
    key = "(dataAreaId='usmf',CustomerAccount='X1')"
    assert demo_sandbox.finance_operations.get(f"CustomersV3{key}").json()["OrganizationName"] == "Forest"
    assert demo_sandbox.finance_operations.get(f"CustomersV2{key}").json()["OrganizationName"] == "Forest"
    assert demo_sandbox.finance_operations.get(f"CustomersBase{key}").json()["Name"] == "Forest"
