"""Quotes: active quotes of Dynamics 365 Sales become sales quotations in Finance and Operations, with their lines."""

from __future__ import annotations

from airflow.sdk import DAG, task_group

from p2c.flows.quotes import QUOTES
from p2c_airflow.flow_tasks import flow_tasks
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("quotes", schedule=flow_schedule(QUOTES), **flow_dag_arguments(QUOTES)):

    @task_group
    def quotes(organization: str) -> None:
        """One organization's quotes, each with its lines."""
        flow_tasks(QUOTES, organization)

    quotes.expand(organization=organizations())
