"""Accounts: Dynamics 365 Sales accounts become customers in Finance and Operations, for every organization."""

from __future__ import annotations

from airflow.sdk import DAG, task_group

from p2c.flows.accounts import ACCOUNTS
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("accounts", schedule=flow_schedule(ACCOUNTS), **flow_dag_arguments(ACCOUNTS)):

    @task_group
    def accounts_to_customers(organization: str) -> None:
        """One organization's accounts."""
        step = {"flow": ACCOUNTS.name, "organization": organization}
        extract = ExtractOperator(task_id="extract", **step)
        map_ = MapOperator(task_id="map", reference=extract.output, **step)
        validate = ValidateOperator(task_id="validate", reference=map_.output, **step)
        load = LoadOperator(task_id="load", reference=validate.output, **step)
        extract >> map_ >> validate >> load

    accounts_to_customers.expand(organization=organizations())
