"""Initial load: for each organization every flow in its order, over every row. A dry run unless asked otherwise."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup, TriggerRule, task_group

from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator
from p2c_airflow.wiring import group_name, initial_load_arguments, organizations


def steps(flow: Flow, organization: str) -> tuple[ExtractOperator, LoadOperator]:
    """The four steps of one flow, which starts when the flow before it has ended, however it ended."""
    step = {"flow": flow.name, "organization": organization}
    extract = ExtractOperator(task_id="extract", initial=True, trigger_rule=TriggerRule.ALL_DONE, **step)
    map_ = MapOperator(task_id="map", reference=extract.output, **step)
    validate = ValidateOperator(task_id="validate", reference=map_.output, **step)
    load = LoadOperator(task_id="load", reference=validate.output, **step)
    extract >> map_ >> validate >> load
    return extract, load


with DAG("initial_load", schedule=None, **initial_load_arguments()):
    # the state of a run is that of its last task: this one fails if any load did
    every_flow_loaded = EmptyOperator(task_id="every_flow_loaded", trigger_rule=TriggerRule.NONE_FAILED)

    @task_group
    def flows(organization: str) -> None:
        """One organization's flows, one after another."""
        before: LoadOperator | None = None
        for flow in FLOWS.values():
            with TaskGroup(group_name(flow)):
                extract, load = steps(flow, organization)
            if before:
                before >> extract
            load >> every_flow_loaded
            before = load

    flows.expand(organization=organizations())
