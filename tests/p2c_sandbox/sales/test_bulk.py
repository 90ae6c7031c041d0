from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession

Create = Callable[..., str]
ACCOUNT = {"@odata.type": "Microsoft.Dynamics.CRM.account"}


def call(session: BearerSession, action: str, *targets: dict[str, Any]) -> requests.Response:
    return session.post(
        f"accounts/Microsoft.Dynamics.CRM.{action}", json={"Targets": [ACCOUNT | row for row in targets]}
    )


def names(session: BearerSession) -> list[str]:
    return [row["name"] for row in session.get("accounts?$select=name&$orderby=name").json()["value"]]


def test_create_multiple_tells_the_ids_in_order(sales: BearerSession) -> None:
    answer = call(sales, "CreateMultiple", {"name": "b"}, {"name": "a"})
    found = [sales.get(f"accounts({identifier})/name").json()["value"] for identifier in answer.json()["Ids"]]
    assert (answer.status_code, found) == (200, ["b", "a"])


def test_update_multiple_names_rows_by_id(sales: BearerSession, create: Create) -> None:
    first, second = create("accounts", name="a"), create("accounts", name="b")
    answer = call(sales, "UpdateMultiple", {"accountid": first, "name": "c"}, {"accountid": second, "name": "d"})
    assert (answer.status_code, answer.content, names(sales)) == (204, b"", ["c", "d"])


def test_upsert_multiple_names_rows_by_alternate_key(keyed: BearerSession, create: Create) -> None:
    create("accounts", name="a", accountnumber="A-1")
    answer = call(
        keyed,
        "UpsertMultiple",
        {"@odata.id": "accounts(accountnumber='A-1')", "name": "b"},
        {"@odata.id": "accounts(accountnumber='A-2')", "name": "c"},
    )
    assert (answer.status_code, answer.content, names(keyed)) == (204, b"", ["b", "c"])


def test_upsert_multiple_names_rows_by_id(sales: BearerSession) -> None:
    row = {"accountid": "00000000-0000-0000-0000-0000000000aa", "name": "a"}
    call(sales, "UpsertMultiple", row).raise_for_status()
    call(sales, "UpsertMultiple", row | {"name": "b"}).raise_for_status()
    assert names(sales) == ["b"]


@pytest.mark.parametrize("action", ["CreateMultiple", "UpsertMultiple"])
def test_one_bad_row_undoes_the_call(sales: BearerSession, action: str) -> None:
    rows = [
        {"accountid": f"00000000-0000-0000-0000-00000000000{number}", "name": "x" * length}
        for number, length in [(1, 1), (2, 161)]
    ]
    answer = call(sales, action, *rows)
    assert (answer.status_code, answer.json()["error"]["code"], names(sales)) == (400, "0x80044331", [])


def test_an_update_of_a_missing_row_undoes_the_call(sales: BearerSession, create: Create) -> None:
    present = create("accounts", name="a")
    missing = "00000000-0000-0000-0000-0000000000aa"
    answer = call(sales, "UpdateMultiple", {"accountid": present, "name": "b"}, {"accountid": missing, "name": "c"})
    assert (answer.status_code, names(sales)) == (404, ["a"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"Targets": []}, 400),
        ({"Targets": {}}, 400),
        ({"Targets": [1]}, 400),
        ({"Targets": [{"name": "x"}]}, 400),
        ({"Targets": [{"@odata.type": "Microsoft.Dynamics.CRM.contact", "name": "x"}]}, 400),
        ({"Targets": [ACCOUNT | {"name": "x"}]}, 400),
        ({"Targets": [ACCOUNT | {"accountid": "x"}]}, 400),
        ({"Targets": [ACCOUNT | {"@odata.id": "contacts(00000000-0000-0000-0000-0000000000aa)"}]}, 400),
        ({"Targets": [ACCOUNT | {"@odata.id": "x"}]}, 404),
        ({"Targets": [ACCOUNT], "More": 1}, 400),
    ],
)
def test_targets_that_cannot_be_read_are_refused(sales: BearerSession, body: dict[str, Any], status: int) -> None:
    assert sales.post("accounts/Microsoft.Dynamics.CRM.UpsertMultiple", json=body).status_code == status


@pytest.mark.parametrize("action", ["Microsoft.Dynamics.CRM.DeleteMultiple", "UpsertMultiple", "nothing"])
def test_an_action_that_is_not_there_is_not_found(sales: BearerSession, action: str) -> None:
    assert sales.post(f"accounts/{action}", json={"Targets": []}).status_code == 404
