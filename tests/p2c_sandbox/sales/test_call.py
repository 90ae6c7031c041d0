from __future__ import annotations

from fixtures.sandbox import Sandbox


def test_a_table_without_privilege_is_forbidden(sandbox: Sandbox) -> None:
    sandbox.settings(sales={"denied_entity_sets": ["accounts"]})
    answer = sandbox.sales.get("accounts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "0x80040220")
    assert sandbox.sales.get("contacts").status_code == 200


def test_an_alias_in_the_address_stands_for_its_value(sandbox: Sandbox) -> None:
    sandbox.put_rows("sales", "accounts", {"accountid": "00000000-0000-0000-0000-000000000001", "name": "x"})
    rows = sandbox.sales.get("accounts", params={"$filter": "name eq @p", "@p": "'x'"}).json()["value"]
    assert len(rows) == 1
    assert sandbox.sales.get("accounts", params={"$filter": "name eq @p"}).status_code == 400


def test_effects_carry_the_id_of_their_request(sandbox: Sandbox) -> None:
    sandbox.sales.post("accounts", json={"name": "x"}).raise_for_status()
    (request,) = sandbox.requests_seen(system="sales", method="POST")
    (effect,) = sandbox.effects(system="sales")
    assert effect["request_id"] == request["id"]
