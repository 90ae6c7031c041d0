from __future__ import annotations

import pytest
from fixtures.sandbox import Sandbox

import p2c_metadata


def test_metadata_are_the_document_itself(sandbox: Sandbox) -> None:
    answer = sandbox.finance_operations.get("$metadata")
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.content == p2c_metadata.document("finance_operations")


def test_the_service_document_lists_the_entity_sets(sandbox: Sandbox) -> None:
    value = sandbox.finance_operations.get("").json()["value"]
    assert {"name": "CustomersV3", "kind": "EntitySet", "url": "CustomersV3"} in value


def test_metadata_need_no_role(sandbox: Sandbox) -> None:
    sandbox.settings(finance_operations={"denied_entity_sets": ["CustomersV3"]})
    assert sandbox.finance_operations.get("$metadata").status_code == 200
    assert sandbox.finance_operations.get("CustomersV3").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "CustomersV3(", 400),
        ("GET", "CustomersV3?$filter=CustomerAccount eq", 400),
        ("GET", "CustomersV3?$top=-1", 400),
        ("GET", "CustomersV3?$top=1&$top=2", 400),
        ("GET", "CustomersV3?$apply=x", 400),
        ("GET", "CustomersV3?$filter=%FF", 400),
        ("GET", "Customers%FF", 400),
        ("GET", "$batch", 400),
        ("POST", "$metadata", 400),
        ("DELETE", "CustomersV3", 405),
        ("PATCH", "CustomersV3", 405),
        ("POST", "CustomersV3(dataAreaId='usmf',CustomerAccount='a')", 405),
        ("GET", "Nothing", 404),
    ],
)
def test_hostile_requests_get_a_clear_error_of_the_caller(
    sandbox: Sandbox, method: str, path: str, status: int
) -> None:
    answer = sandbox.finance_operations.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]["innererror"]["message"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', '{"a": NaN}', "[" * 100_000, '{"CreditLimit": 1e400}'])
def test_hostile_bodies_get_a_400(sandbox: Sandbox, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert sandbox.finance_operations.post("CustomersV3", data=body, headers=headers).status_code == 400


def test_a_body_of_another_type_is_a_415(sandbox: Sandbox) -> None:
    assert sandbox.finance_operations.post("CustomersV3", data="a=b").status_code == 415
