from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

from p2c_sandbox.credentials import Credentials
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation, registry
from p2c_sandbox.sales import answer
from p2c_sandbox.service import Service, open_service

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]


def test_an_update_moves_the_version_though_nothing_differs(sales: BearerSession, create: Create) -> None:
    address = f"accounts({create('accounts', name='x')})"
    before = sales.get(address).json()["versionnumber"]
    sales.patch(address, json={"name": "x"}).raise_for_status()
    assert sales.get(address).json()["versionnumber"] > before


def test_if_match_forbids_a_create(sales: BearerSession, refused: Refused) -> None:
    missing = "accounts(00000000-0000-0000-0000-0000000000aa)"
    assert refused(sales.patch(missing, json={"name": "x"}, headers={"If-Match": "*"})) == (404, "0x80040217")


def test_if_none_match_forbids_an_update(sales: BearerSession, create: Create, refused: Refused) -> None:
    address = f"accounts({create('accounts', name='x')})"
    answer = sales.patch(address, json={"name": "y"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 412
    assert answer.json()["error"]["message"] == "A record with matching key values already exists."


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_stale_etag_is_refused(sales: BearerSession, create: Create, refused: Refused, method: str) -> None:
    address = f"accounts({create('accounts', name='x')})"
    stale = {"If-Match": sales.get(address).headers["ETag"]}
    sales.patch(address, json={"name": "y"}, headers=stale).raise_for_status()
    answer = sales.request(method, address, json={"name": "z"} if method == "PATCH" else None, headers=stale)
    assert refused(answer) == (412, "0x80060882")


def test_an_id_that_is_taken_is_refused(sales: BearerSession, create: Create, refused: Refused) -> None:
    identifier = create("accounts", name="x")
    assert refused(sales.post("accounts", json={"name": "y", "accountid": identifier})) == (412, "0x80040237")


def test_an_id_in_the_body_of_an_update_is_dropped(sales: BearerSession, create: Create) -> None:
    identifier = create("accounts", name="x")
    other = {"accountid": "00000000-0000-0000-0000-0000000000aa", "name": "y"}
    sales.patch(f"accounts({identifier})", json=other).raise_for_status()
    assert sales.get(f"accounts({identifier})/name").json()["value"] == "y"


def test_key_columns_in_the_body_are_dropped_in_an_update(keyed: BearerSession) -> None:
    keyed.post("accounts", json={"accountnumber": "A-1", "name": "x"}).raise_for_status()
    keyed.patch("accounts(accountnumber='A-1')", json={"accountnumber": "A-2", "name": "y"}).raise_for_status()
    rows = keyed.get("accounts?$select=name,accountnumber").json()["value"]
    assert [(row["accountnumber"], row["name"]) for row in rows] == [("A-1", "y")]


def test_the_body_wins_over_the_address_in_a_create(keyed: BearerSession) -> None:
    keyed.patch("accounts(accountnumber='A-1')", json={"accountnumber": "A-2", "name": "y"}).raise_for_status()
    (row,) = keyed.get("accounts?$select=accountnumber").json()["value"]
    assert row["accountnumber"] == "A-2"


def test_the_system_requires_a_product_number(sales: BearerSession, refused: Refused) -> None:
    answer = sales.post("products", json={"name": "HDMI cables", "productstructure": 2})
    assert refused(answer) == (400, "0x80040203")
    assert "'productnumber'" in answer.json()["error"]["message"]


def test_effects_are_kept_with_old_and_new_values(sandbox: Sandbox, create: Create) -> None:
    identifier = create("accounts", name="x")
    sandbox.sales.patch(f"accounts({identifier})", json={"name": "y"}).raise_for_status()
    sandbox.sales.delete(f"accounts({identifier})").raise_for_status()
    effects = sandbox.effects(system="sales", entity_set="accounts")
    assert [(effect["kind"], effect["key"]) for effect in effects] == [
        ("created", identifier),
        ("updated", identifier),
        ("deleted", identifier),
    ]
    assert effects[1]["changes"] == {"name": {"old": "x", "new": "y"}}


class _Guard:
    """Rules that refuse a name, follow a write and forbid a deletion."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def create(self, context: Context, values: dict[str, Any]) -> None:
        if values["name"] == "bad":
            raise RuleViolation(Finding("The name is bad."))

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        return Ignored({"name": changes.pop("name", None)})

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        self.seen.append(row["name"])

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        raise RuleViolation(Finding("It may not go."))


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Service, _Guard]:
    """A service in this process whose accounts have rules."""
    guard = _Guard()
    monkeypatch.setitem(cast("dict[Any, Any]", registry._RULES), ("sales", "accounts"), guard)
    return open_service(tmp_path / "state", Credentials("t", "c", "s", "a"), {}), guard


def ask(service: Service, method: str, path: str, body: bytes = b"") -> Response:
    return answer(service, Request(method, f"/api/data/v9.2/{path}", "", {}, body, "http://localhost", 1))


def test_rules_refuse_follow_and_guard_writes(guarded: tuple[Service, _Guard]) -> None:
    service, guard = guarded
    assert b"The name is bad." in ask(service, "POST", "accounts", b'{"name":"bad"}').body
    created = ask(service, "POST", "accounts", b'{"name":"good"}')
    path = created.headers["location"].rpartition("/")[2]
    assert ask(service, "PATCH", path, b'{"name":"better"}').status == 204
    assert b"It may not go." in ask(service, "DELETE", path).body
    assert guard.seen == ["good", "good"]


def test_what_rules_ignore_is_an_effect_without_effect(guarded: tuple[Service, _Guard]) -> None:
    service, _ = guarded
    path = ask(service, "POST", "accounts", b'{"name":"good"}').headers["location"].rpartition("/")[2]
    ask(service, "PATCH", path, b'{"name":"better"}')
    (effect,) = service.journal.effects(kind="no_effect")
    assert effect["changes"] == {"name": {"old": "good", "new": "better"}}
