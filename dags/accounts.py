"""Accounts: Dynamics 365 Sales accounts become customers in Finance and Operations, for every organization."""

from __future__ import annotations

from airflow.sdk import DAG, task_group

from p2c.flows.accounts import ACCOUNTS
from p2c_airflow.flow_tasks import flow_tasks
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("accounts", schedule=flow_schedule(ACCOUNTS), **flow_dag_arguments(ACCOUNTS)):

    @task_group
    def accounts_to_customers(organization: str) -> None:
        """One organization's accounts."""
        flow_tasks(ACCOUNTS, organization)

    accounts_to_customers.expand(organization=organizations())
