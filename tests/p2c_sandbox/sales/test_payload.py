from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
MISSING = "00000000-0000-0000-0000-0000000000aa"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"name":"\xff"}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"creditlimit":1e99999999999999999999}', "not valid JSON"),
        (b'{"creditlimit":1e400}', "Cannot convert the literal"),
        (b'{"creditlimit":NaN}', "not valid JSON"),
        (b'{"nam":"x"}', "Invalid property 'nam'"),
        (b'{"Name":"x"}', "Invalid property 'Name'"),
        (b'{"nam@odata.bind":"/contacts(1)"}', "undeclared property 'nam'"),
        (b'{"nam@x.y":"z"}', "undeclared property 'nam'"),
        (b'{"_primarycontactid_value":null}', "use its navigation property"),
        (b'{"primarycontactid":{"lastname":"x"}}', "rows within rows"),
        (b'{"primarycontactid@odata.bind":1}', "must be a reference"),
        (b'{"primarycontactid@odata.bind":"x"}', "Resource not found"),
        (b'{"primarycontactid@odata.bind":"/contacts"}', "names no row"),
        (b'{"primarycontactid@odata.bind":"/accounts(%s)"}' % MISSING.encode(), "takes a row of contact"),
        (b'{"primarycontactid@odata.bind":"$1"}', "does not exist in the batch context"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(sales: BearerSession, body: bytes, message: str) -> None:
    answer = sales.post("accounts", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 404)
    assert message in answer.json()["error"]["message"]


def test_a_reference_to_a_missing_row_is_refused(sales: BearerSession, refused: Refused) -> None:
    body = {"name": "x", "primarycontactid@odata.bind": f"/contacts({MISSING})"}
    assert refused(sales.post("accounts", json=body)) == (404, "0x80040217")
    assert sales.get("accounts/$count").text == "0"


def test_a_lookup_is_bound_by_alternate_key(keyed: BearerSession, create: Create, refused: Refused) -> None:
    parent = create("accounts", name="Parent", accountnumber="A-1")
    child = create("contacts", lastname="x", **{"parentcustomerid_account@odata.bind": "accounts(accountnumber='a-1')"})
    assert keyed.get(f"contacts({child})/_parentcustomerid_value").json()["value"] == parent
    unknown = {"lastname": "y", "parentcustomerid_account@odata.bind": "/accounts(accountnumber='A-2')"}
    assert refused(keyed.post("contacts", json=unknown)) == (404, "0x80060891")


@pytest.mark.parametrize("cleared", [{"primarycontactid@odata.bind": None}, {"primarycontactid": None}])
def test_a_lookup_is_cleared_by_null(sales: BearerSession, create: Create, cleared: dict[str, Any]) -> None:
    contact = create("contacts", lastname="x")
    account = create("accounts", name="x", **{"primarycontactid@odata.bind": f"/contacts({contact})"})
    sales.patch(f"accounts({account})", json=cleared).raise_for_status()
    assert sales.get(f"accounts({account})/primarycontactid").status_code == 204


def test_a_polymorphic_lookup_moves_to_its_other_table(sales: BearerSession, create: Create) -> None:
    account, company = create("accounts", name="x"), create("contacts", lastname="Company")
    contact = create("contacts", lastname="x", **{"parentcustomerid_account@odata.bind": f"/accounts({account})"})
    moved = {"parentcustomerid_contact@odata.bind": f"/contacts({company})"}
    sales.patch(f"contacts({contact})", json=moved).raise_for_status()
    assert sales.get(f"contacts({contact})/parentcustomerid_account").status_code == 204
    assert sales.get(f"contacts({contact})/parentcustomerid_contact").json()["lastname"] == "Company"


def test_what_the_platform_keeps_is_passed_over(sales: BearerSession, create: Create) -> None:
    identifier = create("accounts", name="x", versionnumber=1, modifiedon="2001-01-01T00:00:00Z")
    row = sales.get(f"accounts({identifier})").json()
    assert row["versionnumber"] > 1
    assert not row["modifiedon"].startswith("2001")


def test_a_row_that_was_read_may_be_sent_back(sales: BearerSession, create: Create) -> None:
    address = f"accounts({create('accounts', name='x')})"
    annotations = {"Prefer": 'odata.include-annotations="*"'}
    row = sales.get(f"{address}?$select=name,statecode,modifiedon", headers=annotations).json()
    assert sales.patch(address, json=row).status_code == 204
