"""Quotes: active quotes of Dynamics 365 Sales become sales quotations in Finance and Operations, with their lines."""

from __future__ import annotations

from airflow.sdk import DAG, task_group

from p2c.flows.quotes import QUOTES
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("quotes", schedule=flow_schedule(QUOTES), **flow_dag_arguments(QUOTES)):

    @task_group
    def quotes(organization: str) -> None:
        """One organization's quotes, each with its lines."""
        step = {"flow": QUOTES.name, "organization": organization}
        extract = ExtractOperator(task_id="extract", **step)
        map_ = MapOperator(task_id="map", reference=extract.output, **step)
        validate = ValidateOperator(task_id="validate", reference=map_.output, **step)
        load = LoadOperator(task_id="load", reference=validate.output, **step)
        extract >> map_ >> validate >> load

    quotes.expand(organization=organizations())
