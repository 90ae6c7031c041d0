from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
REPRESENTATION = {"Prefer": "return=representation"}


def test_a_create_answers_with_the_address_of_the_row(sales: BearerSession) -> None:
    answer = sales.post("accounts", json={"name": "x"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert sales.get(answer.headers["OData-EntityId"]).json()["name"] == "x"


def test_a_create_may_answer_with_the_row(sales: BearerSession) -> None:
    answer = sales.post("accounts?$select=name", json={"name": "x"}, headers=REPRESENTATION)
    assert answer.status_code == 201
    assert answer.json()["name"] == "x"
    assert "OData-EntityId" not in answer.headers
    assert answer.headers["Preference-Applied"] == "return=representation"


def test_a_patch_creates_a_row_under_an_id_that_is_free(sales: BearerSession) -> None:
    address = "accounts(00000000-0000-0000-0000-0000000000aa)"
    created = sales.patch(address, json={"name": "x"}, headers=REPRESENTATION)
    updated = sales.patch(address, json={"name": "y"}, headers=REPRESENTATION)
    assert [(created.status_code, created.json()["name"]), (updated.status_code, updated.json()["name"])] == [
        (201, "x"),
        (200, "y"),
    ]


def test_a_patch_by_key_echoes_the_address_it_was_sent_to(keyed: BearerSession) -> None:
    answer = keyed.patch("accounts(accountnumber='A-1')", json={"name": "x"})
    assert answer.status_code == 204
    assert answer.headers["OData-EntityId"].endswith("accounts(accountnumber='A-1')")


def test_a_deleted_row_is_gone(sales: BearerSession, create: Create, refused: Refused) -> None:
    address = f"accounts({create('accounts', name='x')})"
    assert sales.delete(address).status_code == 204
    assert refused(sales.get(address)) == (404, "0x80040217")
    assert refused(sales.delete(address)) == (404, "0x80040217")


def test_one_column_is_set_and_cleared(sales: BearerSession, create: Create) -> None:
    address = f"accounts({create('accounts', name='x')})"
    assert sales.put(f"{address}/address1_city", json={"value": "Renton"}).status_code == 204
    assert sales.get(f"{address}/address1_city").json()["value"] == "Renton"
    assert sales.delete(f"{address}/address1_city").status_code == 204
    assert sales.get(f"{address}/address1_city").status_code == 204


def test_a_lookup_is_set_and_cleared_as_a_reference(sales: BearerSession, create: Create) -> None:
    contact, account = create("contacts", lastname="x"), create("accounts", name="x")
    address = f"accounts({account})/primarycontactid"
    assert sales.put(f"{address}/$ref", json={"@odata.id": f"contacts({contact})"}).status_code == 204
    assert sales.get(address).json()["contactid"] == contact
    assert sales.delete(f"{address}/$ref").status_code == 204
    assert sales.get(address).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "name", {"val": "x"}, 400),
        ("PUT", "name", ["x"], 400),
        ("PUT", "nam", {"value": "x"}, 404),
        ("PUT", "primarycontactid/$ref", {}, 400),
        ("PUT", "name/$ref", {}, 404),
        ("POST", "name", {"value": "x"}, 405),
        ("POST", "", {}, 405),
    ],
)
def test_a_member_request_that_means_nothing_is_refused(
    sales: BearerSession, create: Create, method: str, path: str, body: Any, status: int
) -> None:
    address = f"accounts({create('accounts', name='x')})/{path}".rstrip("/")
    assert sales.request(method, address, json=body).status_code == status
