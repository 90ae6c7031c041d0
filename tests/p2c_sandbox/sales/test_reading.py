from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

TOTALS = "Microsoft.Dynamics.CRM.totalrecordcount,Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"


def put_accounts(sandbox: Sandbox, number: int) -> None:
    rows = [
        {"accountid": f"00000000-0000-0000-0000-{index:012}", "name": f"Account {number - index:03}"}
        for index in range(number)
    ]
    sandbox.put_rows("sales", "accounts", *rows, modified="2026-03-05T12:00:00Z")


def pages(session: requests.Session, address: str, size: int) -> list[list[dict[str, Any]]]:
    found, link = [], address
    while link:
        page = session.get(link, headers={"Prefer": f"odata.maxpagesize={size}"}).json()
        found.append(page["value"])
        link = page.get("@odata.nextLink", "")
    return found


@pytest.mark.parametrize(
    "order", ["", "$orderby=name", "$orderby=modifiedon", "$orderby=modifiedon,accountid", "$orderby=name desc"]
)
def test_pages_hold_every_row_once(sandbox: Sandbox, order: str) -> None:
    put_accounts(sandbox, 10)
    found = pages(sandbox.sales, f"accounts?$select=name&{order}", 4)
    assert [len(page) for page in found] == [4, 4, 2]
    assert len({row["accountid"] for page in found for row in page}) == 10


def test_rows_written_in_one_second_are_paged_by_their_ids(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 5)
    found = pages(sandbox.sales, "accounts?$select=name&$orderby=modifiedon,accountid", 2)
    identifiers = [row["accountid"] for page in found for row in page]
    assert identifiers == sorted(identifiers)


def test_a_listing_by_name_is_in_order_across_pages(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 5)
    found = pages(sandbox.sales, "accounts?$select=name&$orderby=name", 2)
    names = [row["name"] for page in found for row in page]
    assert names == sorted(names)


def test_a_full_last_page_has_no_next_link(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 4)
    assert [len(page) for page in pages(sandbox.sales, "accounts", 2)] == [2, 2]


def test_a_row_that_comes_behind_the_place_reached_is_still_read(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 4)
    first = sandbox.sales.get("accounts?$select=name", headers={"Prefer": "odata.maxpagesize=2"}).json()
    identifier = "ffffffff-0000-0000-0000-000000000000"
    sandbox.put_rows("sales", "accounts", {"accountid": identifier, "name": "Late"})
    rest = pages(sandbox.sales, first["@odata.nextLink"], 5)
    assert identifier in [row["accountid"] for page in rest for row in page]


def test_a_window_of_modification_is_half_open(sandbox: Sandbox) -> None:
    for day in ("04", "05", "06"):
        row = {"accountid": f"00000000-0000-0000-0000-0000000000{day}", "name": day}
        sandbox.put_rows("sales", "accounts", row, modified=f"2026-03-{day}T00:00:00Z")
    window = "modifiedon ge 2026-03-05T00:00:00Z and modifiedon lt 2026-03-06T00:00:00Z"
    rows = sandbox.sales.get("accounts", params={"$select": "name", "$filter": window}).json()["value"]
    assert [row["name"] for row in rows] == ["05"]


def test_top_ends_a_listing_unless_pages_are_preferred(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 5)
    whole = sandbox.sales.get("accounts?$top=2").json()
    assert len(whole["value"]) == 2
    assert "@odata.nextLink" not in whole
    paged = sandbox.sales.get("accounts?$top=2", headers={"Prefer": "odata.maxpagesize=3"}).json()
    assert len(paged["value"]) == 3
    assert "@odata.nextLink" in paged


def test_the_page_size_of_the_service_is_the_limit(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 3)
    sandbox.settings(sales={"page_size": 2})
    page = sandbox.sales.get("accounts", headers={"Prefer": "odata.maxpagesize=3"}).json()
    assert len(page["value"]) == 2


def test_rows_are_counted(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 3)
    listing = sandbox.sales.get("accounts?$count=true&$top=1&$filter=name ne 'Account 001'").json()
    assert listing["@odata.count"] == 2
    assert sandbox.sales.get("accounts/$count").text == "3"
    told = sandbox.sales.get("accounts?$count=true", headers={"Prefer": f'odata.include-annotations="{TOTALS}"'}).json()
    assert told["@Microsoft.Dynamics.CRM.totalrecordcount"] == 3
    assert told["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] is False


def test_one_row_is_read_with_its_key_and_etag(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 1)
    row = sandbox.sales.get("accounts(00000000-0000-0000-0000-000000000000)?$select=name")
    assert row.json()["accountid"] == "00000000-0000-0000-0000-000000000000"
    assert row.json()["@odata.etag"] == row.headers["ETag"]
    assert row.json()["@odata.context"].endswith("$metadata#accounts(name)/$entity")


def test_a_row_the_client_has_already_is_not_sent_again(sandbox: Sandbox) -> None:
    put_accounts(sandbox, 1)
    address = "accounts(00000000-0000-0000-0000-000000000000)"
    etag = sandbox.sales.get(address).headers["ETag"]
    assert sandbox.sales.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert sandbox.sales.get(address, headers={"If-None-Match": "null"}).status_code == 200
    expanded = f"{address}?$expand=primarycontactid"
    assert sandbox.sales.get(expanded, headers={"If-None-Match": etag}).status_code == 200


def test_one_column_and_a_row_behind_a_lookup_are_read(demo_sales: BearerSession) -> None:
    unit = demo_sales.get("WhoAmI").json()["BusinessUnitId"]
    assert demo_sales.get(f"businessunits({unit})/name").json()["value"]
    account = demo_sales.get("accounts?$top=1&$select=accountid").json()["value"][0]["accountid"]
    owner = demo_sales.get(f"accounts({account})/owningbusinessunit").json()
    assert owner["businessunitid"] == demo_sales.get(f"accounts({account})/_owningbusinessunit_value").json()["value"]
    assert demo_sales.get(f"accounts({account})/primarycontactid").status_code == 204
    assert demo_sales.get(f"accounts({account})/nothing").status_code == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("$skip=1", "Skip Clause is not supported"),
        ("$select=nam", "Could not find a property named 'nam'"),
        ("$filter=nam eq 1", "Could not find a property named 'nam'"),
        ("$top=x", "Invalid value 'x' for $top"),
        ("$count=x", "Invalid value 'x' for $count"),
        ("$expand=nothing", "Could not find a property named 'nothing'"),
        ("$skiptoken=2", "malformed"),
        ("$apply=aggregate(x)", "$apply is not supported"),
        ("color=red", "color is not supported"),
        ("$select=name&$select=name", "more than once"),
        ("$filter=%FF", "UTF-8"),
        ("$filter=" + "(" * 3000, "nests deeper"),
    ],
)
def test_a_query_that_means_nothing_is_refused(sales: BearerSession, query: str, message: str) -> None:
    answer = sales.get(f"accounts?{query}")
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
