from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
KEYS = "EntityDefinitions(LogicalName='account')/Keys"


def test_out_of_the_box_an_account_has_no_alternate_key(sales: BearerSession, refused: Refused) -> None:
    assert refused(sales.get("accounts(accountnumber='A-1')")) == (400, "0x80060890")


def test_a_row_is_found_by_key_without_case(keyed: BearerSession, create: Create, refused: Refused) -> None:
    identifier = create("accounts", name="x", accountnumber="A-1 ")
    assert keyed.get("accounts(accountnumber='a-1')").json()["accountid"] == identifier
    assert refused(keyed.get("accounts(accountnumber='A-2')")) == (404, "0x80060891")


def test_a_composite_key_finds_its_row_in_any_order_of_columns(sales: BearerSession, create: Create) -> None:
    body = {"SchemaName": "two", "KeyAttributes": ["numberofemployees", "name"]}
    sales.post(KEYS, json=body).raise_for_status()
    identifier = create("accounts", name="x", numberofemployees=7)
    create("accounts", name="x", numberofemployees=8)
    assert sales.get("accounts(name='x',numberofemployees=7)").json()["accountid"] == identifier


def test_a_lookup_may_be_part_of_a_key(sales: BearerSession, create: Create) -> None:
    body = {"SchemaName": "contact", "KeyAttributes": ["primarycontactid"]}
    sales.post(KEYS, json=body).raise_for_status()
    contact = create("contacts", lastname="x")
    identifier = create("accounts", name="x", **{"primarycontactid@odata.bind": f"/contacts({contact})"})
    assert sales.get(f"accounts(_primarycontactid_value={contact})").json()["accountid"] == identifier


def test_two_rows_cannot_share_a_key(keyed: BearerSession, create: Create, refused: Refused) -> None:
    create("accounts", name="x", accountnumber="A-1")
    other = create("accounts", name="y")
    assert refused(keyed.post("accounts", json={"name": "z", "accountnumber": "a-1"})) == (412, "0x80060892")
    assert refused(keyed.patch(f"accounts({other})", json={"accountnumber": "A-1"})) == (412, "0x80060892")
    create("accounts", name="without a number")


def test_a_key_that_rows_break_already_is_refused(sales: BearerSession, create: Create, refused: Refused) -> None:
    create("accounts", name="x", accountnumber="A-1")
    create("accounts", name="y", accountnumber="A-1")
    body = {"SchemaName": "number", "KeyAttributes": ["accountnumber"]}
    assert refused(sales.post(KEYS, json=body)) == (412, "0x80060892")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"SchemaName": "x"},
        {"SchemaName": "x", "KeyAttributes": []},
        {"SchemaName": "x", "KeyAttributes": ["nam"]},
        {"SchemaName": "x", "KeyAttributes": ["donotemail"]},
        {"SchemaName": "x", "KeyAttributes": ["name", "name"]},
        {"SchemaName": "x", "KeyAttributes": [1]},
        {"SchemaName": "x y", "KeyAttributes": ["name"]},
        {"SchemaName": "p2c_accountnumber", "KeyAttributes": ["name"]},
        {"SchemaName": "x", "KeyAttributes": ["accountnumber"]},
    ],
)
def test_columns_that_cannot_be_a_key_are_refused(keyed: BearerSession, body: dict[str, Any]) -> None:
    assert keyed.post(KEYS, json=body).status_code == 400


def test_a_table_has_ten_keys_at_most(sales: BearerSession) -> None:
    for number in range(10):
        body = {"SchemaName": f"key{number}", "KeyAttributes": ["name", f"address1_line{number % 3 + 1}"]}
        body["KeyAttributes"] += (
            ["telephone1"] * (number >= 3) + ["websiteurl"] * (number >= 6) + ["fax"] * (number >= 9)
        )
        assert sales.post(KEYS, json=body).status_code == 204
    assert "10 keys" in sales.post(KEYS, json={"SchemaName": "more", "KeyAttributes": ["description"]}).text


def test_a_key_that_is_removed_serves_no_longer(keyed: BearerSession, refused: Refused) -> None:
    (key,) = keyed.get(KEYS).json()["value"]
    assert keyed.delete(f"{KEYS}({key['MetadataId']})").status_code == 204
    assert refused(keyed.get("accounts(accountnumber='A-1')")) == (400, "0x80060890")
    assert keyed.delete(f"{KEYS}({key['MetadataId']})").status_code == 404
