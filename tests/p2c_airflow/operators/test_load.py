"""The load operator. That it writes and updates its asset is shown by running the whole DAG."""

from __future__ import annotations

from p2c_airflow.assets import flow_alias
from p2c_airflow.operators.load import LoadOperator


def test_its_outlet_is_the_alias_of_the_flow() -> None:
    assert LoadOperator(task_id="load", flow="accounts", organization="usmf").outlets == [flow_alias("accounts")]
