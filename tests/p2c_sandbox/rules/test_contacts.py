from __future__ import annotations

import re

from fixtures.sandbox import Sandbox


def full_name(sandbox: Sandbox, address: str) -> str | None:
    name: str | None = sandbox.sales.get(f"{address}?$select=fullname").json()["fullname"]
    return name


def test_the_full_name_follows_the_parts(sandbox: Sandbox) -> None:
    contact = sandbox.sales.post("contacts", json={"firstname": "Yvonne", "lastname": "McKay", "fullname": "x"})
    address = contact.headers["OData-EntityId"]
    assert full_name(sandbox, address) == "Yvonne McKay"
    sandbox.sales.patch(address, json={"firstname": None}).raise_for_status()
    assert full_name(sandbox, address) == "McKay"


def test_a_full_name_that_is_sent_is_passed_over(sandbox: Sandbox) -> None:
    address = sandbox.sales.post("contacts", json={"lastname": "McKay"}).headers["OData-EntityId"]
    sandbox.sales.patch(address, json={"fullname": "Someone Else"}).raise_for_status()
    assert full_name(sandbox, address) == "McKay"


def test_a_contact_gets_a_number_unless_it_brings_one(sandbox: Sandbox) -> None:
    sent = ({"lastname": "McKay"}, {"lastname": "McKay", "msdynce_contactnumber": "CON-1"})
    addresses = [sandbox.sales.post("contacts", json=values).headers["OData-EntityId"] for values in sent]
    first, second = (sandbox.sales.get(address).json()["msdynce_contactnumber"] for address in addresses)
    assert re.fullmatch(r"CON-\d{5,}-[A-Z0-9]{6}", first)
    assert second == "CON-1"


def test_the_company_is_an_account_or_not(sandbox: Sandbox) -> None:
    account, boss = (
        sandbox.sales.post(entity_set, json={name: "x"}).headers["OData-EntityId"].rpartition("/")[2]
        for entity_set, name in (("accounts", "name"), ("contacts", "lastname"))
    )
    body = {"lastname": "McKay", "parentcustomerid_account@odata.bind": account, "msdynce_iscompanyanaccount": False}
    contact = sandbox.sales.post("contacts", json=body).headers["OData-EntityId"]
    told = f"{contact}?$select=msdynce_iscompanyanaccount"
    assert sandbox.sales.get(told).json()["msdynce_iscompanyanaccount"] is True
    sandbox.sales.patch(contact, json={"parentcustomerid_contact@odata.bind": boss}).raise_for_status()
    assert sandbox.sales.get(told).json()["msdynce_iscompanyanaccount"] is False
