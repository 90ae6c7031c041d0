from __future__ import annotations

from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems


def test_accounts_come_with_the_code_of_their_currency(idle_stack: Stack) -> None:
    accounts = Systems(idle_stack).accounts().values()
    codes = {row["transactioncurrencyid"]["isocurrencycode"] for row in accounts if row["transactioncurrencyid"]}
    assert {"USD", "EUR"} <= codes


def test_customers_are_those_of_one_company(idle_stack: Stack) -> None:
    systems = Systems(idle_stack)
    assert "US-001" in systems.customers("usmf")
    assert "US-001" not in systems.customers("demf")


def test_the_journal_of_a_fresh_sandbox_is_empty(idle_stack: Stack) -> None:
    assert Systems(idle_stack).effects() == []
