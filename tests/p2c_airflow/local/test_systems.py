from __future__ import annotations

from decimal import Decimal

import pytest

from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.systems import Systems

ITEM = "ReleasedProductsV2(dataAreaId='usmf',ItemNumber='D0003')"


def test_rows_of_sales_come_as_asked(systems: Systems) -> None:
    accounts = systems.sales_rows("accounts?$expand=transactioncurrencyid($select=isocurrencycode)")
    codes = {row["transactioncurrencyid"]["isocurrencycode"] for row in accounts if row["transactioncurrencyid"]}
    assert {"USD", "EUR"} <= codes


def test_rows_of_finance_are_those_of_one_company(systems: Systems) -> None:
    assert {row["dataAreaId"] for row in systems.finance_rows("CustomersV3", "usmf")} == {"usmf"}


def test_rows_of_finance_are_those_of_all_companies_where_none_is_named(systems: Systems) -> None:
    assert {"usmf", "demf"} <= {row["dataAreaId"] for row in systems.finance_rows("CustomersV3")}


def test_numbers_are_exact(systems: Systems) -> None:
    prices = {row["ItemNumber"]: row["SalesPrice"] for row in systems.finance_rows("ReleasedProductsV2", "usmf")}
    assert prices["D0003"] == Decimal("199.99")


def test_a_row_that_is_created_in_sales_comes_back(systems: Systems) -> None:
    assert systems.write_sales("POST", "accounts", {"name": "New"})["accountid"]


def test_a_change_in_finance_shows_in_the_journal(systems: Systems) -> None:
    assert systems.effects() == []
    systems.write_finance("PATCH", ITEM, {"SalesPrice": 200.5})
    [effect] = systems.effects()
    assert (effect["entity_set"], effect["kind"], effect["key"]) == ("ReleasedProductsV2", "updated", "usmf,D0003")
    assert systems.effects(since=effect["id"]) == []


def test_a_refusal_is_told_with_the_request(systems: Systems) -> None:
    with pytest.raises(LocalStackError, match=r"answered 400 to POST .*quotes: "):
        systems.write_sales("POST", "quotes", {"statecode": 1})
