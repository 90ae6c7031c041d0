from __future__ import annotations

from p2c_airflow.local.truth.accounts import wanted
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted


def rows(snapshot: Snapshot) -> dict[str, Wanted]:
    return {row.name: row for row in wanted(snapshot, "usmf")}


def test_active_accounts_with_a_number_are_wanted(snapshot: Snapshot) -> None:
    assert "US-001" in rows(snapshot)
    assert "US-042" not in rows(snapshot)
    assert "" not in rows(snapshot)


def test_a_created_customer_gets_the_organizations_defaults(snapshot: Snapshot) -> None:
    once = rows(snapshot)["US-044"].on_create
    assert (once["CustomerGroupId"], once["SalesCurrencyCode"]) == ("10", "USD")


def test_an_account_keeps_its_own_currency(snapshot: Snapshot) -> None:
    assert rows(snapshot)["US-026"].on_create["SalesCurrencyCode"] == "CAD"
