from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]


def bulk_delete(**changes: Any) -> dict[str, Any]:
    condition = {"AttributeName": "accountid", "Operator": "In", "Values": []} | changes
    return {"QuerySet": [{"EntityName": "account", "Criteria": {"Conditions": [condition]}}]}


def test_who_am_i_names_user_unit_and_organization(demo_sales: BearerSession) -> None:
    caller = demo_sales.get("WhoAmI()").json()
    assert demo_sales.get(f"systemusers({caller['UserId']})").status_code == 200
    assert demo_sales.get(f"businessunits({caller['BusinessUnitId']})").status_code == 200
    assert demo_sales.get(f"organizations({caller['OrganizationId']})").status_code == 200


@pytest.mark.parametrize(
    "call",
    [
        "RetrieveTotalRecordCount(EntityNames=['account','contact'])",
        "RetrieveTotalRecordCount(EntityNames=@p)?@p=['account','contact']",
    ],
)
def test_rows_of_tables_are_counted(sales: BearerSession, create: Create, call: str) -> None:
    create("accounts", name="x")
    counts = sales.get(call).json()["EntityRecordCountCollection"]
    assert (counts["Keys"], counts["Values"]) == (["account", "contact"], [1, 0])


@pytest.mark.parametrize("names", ["['acount']", "[]", "x", "[1]", ""])
def test_a_count_of_no_table_is_refused(sales: BearerSession, names: str) -> None:
    assert sales.get(f"RetrieveTotalRecordCount(EntityNames={names})").status_code == 400


def test_bulk_delete_removes_the_rows_it_names(sales: BearerSession, create: Create) -> None:
    first, second = create("accounts", name="a"), create("accounts", name="b")
    values = [{"Value": first}, {"Value": "00000000-0000-0000-0000-0000000000aa"}]
    assert sales.post("BulkDelete", json=bulk_delete(Values=values)).json()["JobId"]
    assert [row["accountid"] for row in sales.get("accounts").json()["value"]] == [second]


@pytest.mark.parametrize(
    "body",
    [{}, {"QuerySet": [1]}, {"QuerySet": [{}]}, bulk_delete(AttributeName="name"), bulk_delete(Operator="Like")],
)
def test_a_bulk_delete_that_cannot_be_read_is_refused(sales: BearerSession, body: dict[str, Any]) -> None:
    assert sales.post("BulkDelete", json=body).status_code == 400


def test_a_bulk_delete_needs_the_privilege(sandbox: Sandbox) -> None:
    sandbox.settings(sales={"denied_entity_sets": ["accounts"]})
    assert sandbox.sales.post("BulkDelete", json=bulk_delete()).status_code == 403
