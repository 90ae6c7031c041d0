"""Contacts: Dynamics 365 Sales contacts become contact persons or customers in Finance and Operations."""

from __future__ import annotations

from airflow.sdk import DAG, TaskGroup, task_group

from p2c.flow import Flow
from p2c.flows.contacts import CONTACTS, CONTACTS_TO_CUSTOMERS
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations


def steps(flow: Flow, organization: str) -> None:
    """The four steps of one flow."""
    step = {"flow": flow.name, "organization": organization}
    extract = ExtractOperator(task_id="extract", **step)
    map_ = MapOperator(task_id="map", reference=extract.output, **step)
    validate = ValidateOperator(task_id="validate", reference=map_.output, **step)
    load = LoadOperator(task_id="load", reference=validate.output, **step)
    extract >> map_ >> validate >> load


with DAG("contacts", schedule=flow_schedule(CONTACTS), **flow_dag_arguments(CONTACTS, CONTACTS_TO_CUSTOMERS)):

    @task_group
    def contacts(organization: str) -> None:
        """One organization's contacts, both ways they can go."""
        with TaskGroup("contacts_to_contacts"):
            steps(CONTACTS, organization)
        with TaskGroup("contacts_to_customers"):
            steps(CONTACTS_TO_CUSTOMERS, organization)

    contacts.expand(organization=organizations())
