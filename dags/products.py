"""Products: what Finance and Operations sells becomes products and price list items in Dynamics 365 Sales."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup, TriggerRule, task_group

from p2c.flows.products import PRICE_LIST_ITEMS, PRODUCTS
from p2c_airflow.flow_tasks import flow_tasks
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations

with DAG("products", schedule=flow_schedule(PRODUCTS), **flow_dag_arguments(PRODUCTS, PRICE_LIST_ITEMS)):
    # prices wait for the products that land before them, whatever becomes of others; the run fails if either load did
    both_loaded = EmptyOperator(task_id="both_loaded", trigger_rule=TriggerRule.NONE_FAILED)

    @task_group
    def products(organization: str) -> None:
        """One organization's products, then their prices."""
        with TaskGroup("products"):
            _, products_loaded = flow_tasks(PRODUCTS, organization)
        with TaskGroup("price_list_items"):
            prices, prices_loaded = flow_tasks(PRICE_LIST_ITEMS, organization, trigger_rule=TriggerRule.ALL_DONE)
        products_loaded >> prices
        [products_loaded, prices_loaded] >> both_loaded

    products.expand(organization=organizations())
