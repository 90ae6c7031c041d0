"""Which hook serves which system."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.dag_tests import run_dag
from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c.errors import ConfigurationError
from p2c.systems.dataverse import Dataverse
from p2c.systems.finance_operations import FinanceOperations
from p2c.systems.odata.operations import Operation
from p2c_airflow.hooks.systems import system_client
from p2c_airflow.installation import installed_site


def test_sales_is_served_by_the_default_connection(sandbox: Sandbox, system_connections: None) -> None:
    assert isinstance(system_client("sales", None, installed_site()), Dataverse)


def test_finance_and_operations_is_served_by_a_named_connection(sandbox: Sandbox, system_connections: None) -> None:
    assert isinstance(system_client("finance_operations", "dynamics_finops", installed_site()), FinanceOperations)


def test_sales_takes_as_many_rows_at_once_as_the_site_says(sandbox: Sandbox, system_connections: None) -> None:
    site = installed_site()
    site = site.model_copy(update={"runs": site.runs.model_copy(update={"batch_size": 2})})
    rows = [
        Operation(
            kind="create",
            entity_set="accounts",
            company="",
            key={"accountnumber": f"A{number}"},
            values={"name": "A"},
            reference=number,
        )
        for number in range(4)
    ]
    results = list(system_client("sales", None, site).write(rows, lanes=1))
    assert [result.outcome for result in results] == ["done"] * 4
    requests = sandbox.requests_seen(system="sales", method="POST")
    assert len([request for request in requests if request["operation"] is None]) == 2


def named(sandbox: Sandbox, connect: Connect, environment: str) -> None:
    connect("dynamics_sales", **sandbox_connection(sandbox, environment_id=environment))


def test_another_environment_than_the_one_named_is_refused(demo_sandbox: Sandbox, connect: Connect) -> None:
    named(demo_sandbox, connect, "0f0f0f0f-0000-0000-0000-000000000000")
    with pytest.raises(ConfigurationError, match="Was the database refreshed, or the URL changed"):
        system_client("sales", None, installed_site())
    assert system_client("sales", None, installed_site(), any_environment=True)


def test_the_environment_that_was_named_is_taken(demo_sandbox: Sandbox, connect: Connect) -> None:
    named(demo_sandbox, connect, demo_sandbox.sales.get("WhoAmI").json()["OrganizationId"].upper())
    assert system_client("sales", None, installed_site())


def test_a_flow_into_sales_stops_before_it_writes_to_another_environment(
    installation: Path, demo_sandbox: Sandbox, connect: Connect
) -> None:
    named(demo_sandbox, connect, "0f0f0f0f-0000-0000-0000-000000000000")
    assert run_dag("products", organizations=["usmf"]).state == "failed"
    assert demo_sandbox.effects() == []
