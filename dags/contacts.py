"""Contacts: Dynamics 365 Sales contacts become contact persons or customers in Finance and Operations."""

from __future__ import annotations

from airflow.sdk import DAG, TaskGroup, task_group

from p2c.flows.contacts import CONTACTS, CONTACTS_TO_CUSTOMERS
from p2c_airflow.flow_tasks import flow_tasks
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("contacts", schedule=flow_schedule(CONTACTS), **flow_dag_arguments(CONTACTS, CONTACTS_TO_CUSTOMERS)):

    @task_group
    def contacts(organization: str) -> None:
        """One organization's contacts, both ways they can go."""
        with TaskGroup("contacts_to_contacts"):
            flow_tasks(CONTACTS, organization)
        with TaskGroup("contacts_to_customers"):
            flow_tasks(CONTACTS_TO_CUSTOMERS, organization)

    contacts.expand(organization=organizations())
