from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

from p2c_sandbox.seeding import DEMO

ACCOUNT = "00000000-0000-0000-0000-000000000001"
GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "10", "Description": "Wholesales customers"}


def answer(sandbox: Sandbox, method: str, path: str, **options: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {sandbox.admin_token}"} | options.pop("headers", {})
    return requests.request(method, f"{sandbox.origin}/sandbox/{path}", headers=headers, timeout=10, **options)


def test_health_is_open_to_all(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.origin}/sandbox/health", timeout=10).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["settings", "faults", "clock", "journal/requests", "journal/effects", "rows"])
@pytest.mark.parametrize("authorization", [None, "Bearer wrong"])
def test_everything_else_needs_the_admin_token(sandbox: Sandbox, path: str, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert requests.get(f"{sandbox.origin}/sandbox/{path}", headers=headers, timeout=10).status_code == 401


def test_the_admin_token_opens_no_system(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.admin_token}"}
    assert requests.get(f"{sandbox.origin}/data/CustomersV3", headers=headers, timeout=10).status_code == 401


def test_a_reset_takes_rows_faults_settings_and_journal_away(sandbox: Sandbox) -> None:
    sandbox.put_rows("finance_operations", "CustomerGroups", GROUP)
    sandbox.plan_faults({"action": {"status": 500}})
    sandbox.settings(finance_operations={"default_company": "demf"})
    sandbox.reset("empty")
    assert sandbox.rows("finance_operations", "CustomerGroups") == []
    assert sandbox.control("GET", "faults") == []
    assert sandbox.control("GET", "settings")["finance_operations"]["default_company"] == "usmf"
    assert sandbox.requests_seen() == []


def test_a_reset_to_the_demo_data_brings_them_back(sandbox: Sandbox) -> None:
    sandbox.reset("demo")
    assert len(sandbox.rows("sales", "accounts")) == len(json.loads((DEMO / "sales" / "accounts.json").read_text()))


def test_settings_change_in_part(sandbox: Sandbox) -> None:
    sandbox.settings(finance_operations={"page_size": 5})
    sandbox.settings(finance_operations={"default_company": "demf"})
    found = sandbox.control("GET", "settings")["finance_operations"]
    assert (found["page_size"], found["default_company"]) == (5, "demf")


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("PATCH", "settings", {"entra": {"x": 1}}, "entra.x: unknown member"),
        ("PATCH", "settings", [], "body: "),
        ("POST", "faults", {"action": {"stat": 1}}, "plans.0.action.stat: unknown member; known are body,"),
        ("POST", "faults", [], "plans: List should have at least 1 item"),
        ("POST", "reset", {"data": "none"}, "data: Input should be 'initial', 'demo' or 'empty'"),
        ("POST", "clock", {"now": "noon"}, "now: "),
        ("POST", "rows", {"system": "sales", "entity_set": "acounts", "rows": [{}]}, "nearest: accounts"),
        ("POST", "rows", {"system": "sales", "entity_set": "accounts", "rows": [{"nam": "x"}]}, "nearest: name"),
        ("POST", "rows", {"system": "sales", "entity_set": "accounts", "rows": [{}]}, "no accountid"),
        ("DELETE", "rows", {"system": "sales", "entity_set": "accounts", "keys": [["x"]]}, "no row of key 'x'"),
    ],
)
def test_a_bad_body_is_a_400_that_names_what_is_wrong(
    sandbox: Sandbox, method: str, path: str, body: Any, complaint: str
) -> None:
    found = answer(sandbox, method, path, json=body)
    assert found.status_code == 400
    assert complaint in " ".join(found.json()["detail"])


def test_a_body_that_is_no_json_is_a_400(sandbox: Sandbox) -> None:
    found = answer(sandbox, "POST", "faults", data="{", headers={"Content-Type": "application/json"})
    assert found.status_code == 400


def test_the_clock_can_be_set_moved_and_let_go(sandbox: Sandbox) -> None:
    assert sandbox.control("POST", "clock", {"now": "2030-01-01T00:00:00Z"})["now"].startswith("2030-01-01T00:00")
    assert sandbox.control("POST", "clock", {"shift_seconds": 86_400})["now"].startswith("2030-01-02T00:00")
    assert not sandbox.control("POST", "clock", {"machine": True})["now"].startswith("2030")


def test_rows_are_written_with_the_time_given(sandbox: Sandbox) -> None:
    sandbox.put_rows("finance_operations", "CustomerGroups", GROUP, modified="2026-03-05T10:00:00Z")
    (row,) = sandbox.rows("finance_operations", "CustomerGroups")
    assert row["modified"] == "2026-03-05T10:00:00Z"
    assert row["Description"] == "Wholesales customers"


def test_amounts_of_rows_are_kept_digit_by_digit(sandbox: Sandbox) -> None:
    limit = Decimal("9007199254740993.0001")
    sandbox.put_rows("sales", "accounts", {"accountid": ACCOUNT, "name": "Contoso", "creditlimit": limit})
    response = sandbox.sales.get(f"accounts({ACCOUNT})", params={"$select": "creditlimit"})
    assert response.json(parse_float=Decimal)["creditlimit"] == limit


def test_rows_that_are_no_json_are_refused(sandbox: Sandbox) -> None:
    refused = answer(sandbox, "POST", "rows", data=b"[")
    assert (refused.status_code, refused.json()["detail"][0][:5]) == (400, "body:")


def test_rows_of_the_same_key_are_replaced(sandbox: Sandbox) -> None:
    sandbox.put_rows("finance_operations", "CustomerGroups", GROUP)
    sandbox.put_rows("finance_operations", "CustomerGroups", GROUP | {"Description": "Other"})
    assert [row["Description"] for row in sandbox.rows("finance_operations", "CustomerGroups")] == ["Other"]


def test_rows_are_removed_by_key(sandbox: Sandbox) -> None:
    sandbox.put_rows("finance_operations", "CustomerGroups", GROUP)
    sandbox.delete_rows("finance_operations", "CustomerGroups", ["USMF", "10"])
    assert sandbox.rows("finance_operations", "CustomerGroups") == []


def test_the_journal_is_read_from_a_request_on(sandbox: Sandbox) -> None:
    sandbox.finance_operations.get("CustomersV3")
    first = sandbox.requests_seen(entity_set="CustomersV3")[0]["id"]
    sandbox.finance_operations.get("CustomersV3")
    assert [seen["id"] for seen in sandbox.requests_seen(since=first, entity_set="CustomersV3")] == [first + 1]


def test_the_journal_can_be_cleared(sandbox: Sandbox) -> None:
    sandbox.finance_operations.get("CustomersV3")
    sandbox.control("DELETE", "journal")
    assert sandbox.requests_seen() == []
