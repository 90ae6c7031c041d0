from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
ROOT, BRANCH, USER, SELLER = (f"00000000-0000-0000-0000-00000000000{number}" for number in range(4))


@pytest.fixture
def staffed(sandbox: Sandbox) -> BearerSession:
    """A root business unit with the application user, and a branch with a seller."""
    sandbox.put_rows(
        "sales",
        "businessunits",
        {"businessunitid": ROOT, "name": "Root"},
        {"businessunitid": BRANCH, "name": "Branch", "_parentbusinessunitid_value": ROOT},
    )
    sandbox.put_rows(
        "sales",
        "systemusers",
        {"systemuserid": USER, "applicationid": USER, "domainname": "app", "_businessunitid_value": ROOT},
        {"systemuserid": SELLER, "domainname": "seller", "_businessunitid_value": BRANCH},
    )
    return sandbox.sales


def state(session: BearerSession, address: str) -> tuple[Any, Any]:
    row = session.get(f"{address}?$select=statecode,statuscode").json()
    return row["statecode"], row["statuscode"]


def test_a_new_row_belongs_to_the_application_user(staffed: BearerSession, create: Create) -> None:
    row = staffed.get(f"accounts({create('accounts', name='x')})").json()
    assert (row["_ownerid_value"], row["_owningbusinessunit_value"]) == (USER, ROOT)


def test_an_owner_brings_its_business_unit(staffed: BearerSession, create: Create) -> None:
    account = create("accounts", name="x", **{"ownerid@odata.bind": f"/systemusers({SELLER})"})
    assert staffed.get(f"accounts({account})").json()["_owningbusinessunit_value"] == BRANCH
    staffed.patch(f"accounts({account})", json={"ownerid@odata.bind": f"systemusers({USER})"}).raise_for_status()
    assert staffed.get(f"accounts({account})").json()["_owningbusinessunit_value"] == ROOT


@pytest.mark.parametrize(
    ("entity_set", "values", "expected"),
    [
        ("accounts", {"name": "x"}, (0, 1)),
        ("products", {"name": "x", "productnumber": "1", "productstructure": 2}, (2, 0)),
    ],
)
def test_a_new_row_has_the_first_state_of_its_table(
    sales: BearerSession, create: Create, entity_set: str, values: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert state(sales, f"{entity_set}({create(entity_set, **values)})") == expected


def test_a_status_follows_its_state(sales: BearerSession, create: Create) -> None:
    address = f"accounts({create('accounts', name='x')})"
    sales.patch(address, json={"statecode": 1}).raise_for_status()
    assert state(sales, address) == (1, 2)


def test_a_status_of_another_state_is_refused(sales: BearerSession, create: Create, refused: Refused) -> None:
    address = f"accounts({create('accounts', name='x')})"
    assert refused(sales.patch(address, json={"statuscode": 2})) == (400, "0x80048408")
    assert state(sales, address) == (0, 1)


def test_a_quote_gets_a_number(sales: BearerSession, create: Create) -> None:
    number = sales.get(f"quotes({create('quotes', name='x')})/quotenumber").json()["value"]
    assert re.fullmatch(r"QUO-\d{5,}-[A-Z0-9]{6}", number)
