"""Which hook serves which system."""

from __future__ import annotations

from fixtures.sandbox import Sandbox

from p2c.systems.dataverse import Dataverse
from p2c.systems.finance_operations import FinanceOperations
from p2c_airflow.hooks.systems import system_client
from p2c_airflow.installation import installed_site


def test_sales_is_served_by_the_default_connection(sandbox: Sandbox, system_connections: None) -> None:
    assert isinstance(system_client("sales", None, installed_site()), Dataverse)


def test_finance_and_operations_is_served_by_a_named_connection(sandbox: Sandbox, system_connections: None) -> None:
    assert isinstance(system_client("finance_operations", "dynamics_finops", installed_site()), FinanceOperations)
