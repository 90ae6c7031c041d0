"""Products: what Finance and Operations sells becomes products and price list items in Dynamics 365 Sales."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup, TriggerRule, task_group

from p2c.flow import Flow
from p2c.flows.products import PRICE_LIST_ITEMS, PRODUCTS
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator
from p2c_airflow.wiring import flow_dag_arguments, flow_schedule, organizations


def steps(flow: Flow, organization: str, **start: str) -> tuple[ExtractOperator, LoadOperator]:
    """The four steps of one flow."""
    step = {"flow": flow.name, "organization": organization}
    extract = ExtractOperator(task_id="extract", **start, **step)
    map_ = MapOperator(task_id="map", reference=extract.output, **step)
    validate = ValidateOperator(task_id="validate", reference=map_.output, **step)
    load = LoadOperator(task_id="load", reference=validate.output, **step)
    extract >> map_ >> validate >> load
    return extract, load


with DAG("products", schedule=flow_schedule(PRODUCTS), **flow_dag_arguments(PRODUCTS, PRICE_LIST_ITEMS)):
    # prices wait for the products that land before them, whatever becomes of others; the run fails if either load did
    both_loaded = EmptyOperator(task_id="both_loaded", trigger_rule=TriggerRule.NONE_FAILED)

    @task_group
    def products(organization: str) -> None:
        """One organization's products, then their prices."""
        with TaskGroup("products"):
            _, products_loaded = steps(PRODUCTS, organization)
        with TaskGroup("price_list_items"):
            prices, prices_loaded = steps(PRICE_LIST_ITEMS, organization, trigger_rule=TriggerRule.ALL_DONE)
        products_loaded >> prices
        [products_loaded, prices_loaded] >> both_loaded

    products.expand(organization=organizations())
