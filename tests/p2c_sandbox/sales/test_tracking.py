from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
TRACK = {"Prefer": "odata.track-changes"}


def start(session: BearerSession) -> str:
    link: str = session.get("accounts?$select=name", headers=TRACK).json()["@odata.deltaLink"]
    return link


def test_changes_are_told_as_rows_then_deletions(sales: BearerSession, create: Create) -> None:
    first, second = create("accounts", name="a"), create("accounts", name="b")
    link = start(sales)
    sales.delete(f"accounts({first})").raise_for_status()
    sales.patch(f"accounts({second})", json={"name": "c"}).raise_for_status()
    delta = sales.get(link).json()
    row, gone = delta["value"]
    assert (row["accountid"], row["name"]) == (second, "c")
    assert (gone["id"], gone["reason"]) == (first, "deleted")
    assert gone["@odata.context"].endswith("$metadata#accounts/$deletedEntity")
    assert delta["@odata.context"].endswith("accounts(name)/$delta")


def test_a_new_link_starts_where_the_last_answer_ended(sales: BearerSession, create: Create) -> None:
    link = start(sales)
    create("accounts", name="a")
    after = sales.get(link).json()["@odata.deltaLink"]
    assert sales.get(after).json()["value"] == []
    assert sales.get(link.replace("accounts?$select=name&", "accounts/$count?")).text == "1"


def test_the_link_comes_with_the_last_page_only(sales: BearerSession, create: Create) -> None:
    for name in "abc":
        create("accounts", name=name)
    preferences = {"Prefer": "odata.track-changes,odata.maxpagesize=2"}
    first = sales.get("accounts?$select=name", headers=preferences).json()
    assert "@odata.deltaLink" not in first
    last = sales.get(first["@odata.nextLink"], headers=preferences).json()
    assert "@odata.deltaLink" in last


def test_many_changes_are_paged(sales: BearerSession, create: Create) -> None:
    link = start(sales)
    for name in "abc":
        create("accounts", name=name)
    size = {"Prefer": "odata.maxpagesize=2"}
    first = sales.get(link, headers=size).json()
    second = sales.get(first["@odata.nextLink"], headers=size).json()
    assert [row["name"] for row in first["value"] + second["value"]] == ["a", "b", "c"]
    assert "@odata.deltaLink" in second


@pytest.mark.parametrize("option", ["$filter=name eq 'x'", "$orderby=name", "$expand=primarycontactid", "$top=1"])
def test_other_options_are_refused_beside_tracking(sales: BearerSession, option: str) -> None:
    answer = sales.get(f"accounts?{option}", headers=TRACK)
    assert answer.status_code == 400
    assert "isn't supported when Change Tracking is enabled" in answer.json()["error"]["message"]


def test_a_table_that_is_not_tracked_says_so(sales: BearerSession, refused: Refused) -> None:
    assert refused(sales.get("organizations", headers=TRACK)) == (400, "0x80072491")


def test_a_token_expires(sandbox: Sandbox, refused: Refused) -> None:
    link = start(sandbox.sales)
    sandbox.settings(sales={"change_tracking_days": 0})
    sandbox.control("POST", "clock", {"shift_seconds": 60})
    assert refused(sandbox.sales.get(link)) == (400, "0x80044352")


@pytest.mark.parametrize("token", ["", "x", "1!2", "1!13/45/2026 00:00:00"])
def test_a_token_not_issued_here_is_refused(sales: BearerSession, token: Any) -> None:
    assert sales.get("accounts", params={"$deltatoken": token}).status_code == 400
