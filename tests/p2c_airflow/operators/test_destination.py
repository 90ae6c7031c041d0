"""Operators that speak to the destination."""

from __future__ import annotations

import pytest

from p2c_airflow.operators.destination import DestinationOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.validate import ValidateOperator


@pytest.mark.parametrize("operator", [ValidateOperator, LoadOperator])
def test_they_stand_in_the_pool_of_the_destination(operator: type[DestinationOperator]) -> None:
    assert operator(task_id="step", flow="accounts", organization="usmf").pool == "p2c_finance_operations"


def test_the_connection_is_that_of_the_destinations_system_unless_named() -> None:
    step = {"task_id": "step", "flow": "accounts", "organization": "usmf"}
    assert ValidateOperator(**step).destination_conn_id is None
    assert ValidateOperator(**step, destination_conn_id="other").destination_conn_id == "other"
