from __future__ import annotations

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
