"""Initial load: for each organization every flow in its order, over every row. A dry run unless asked otherwise."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator, TaskGroup, TriggerRule, task_group

from p2c.flows import FLOWS
from p2c_airflow.flow_tasks import flow_tasks
from p2c_airflow.wiring import group_name, initial_load_arguments, organizations

with DAG("initial_load", schedule=None, **initial_load_arguments()):
    # the state of a run is that of its last task: this one fails if any load did
    every_flow_loaded = EmptyOperator(task_id="every_flow_loaded", trigger_rule=TriggerRule.NONE_FAILED)

    @task_group
    def flows(organization: str) -> None:
        """One organization's flows, one after another."""
        before: BaseOperator | None = None
        for flow in FLOWS.values():
            with TaskGroup(group_name(flow)):
                # a flow starts when the flow before it has ended, however it ended
                extract, last = flow_tasks(flow, organization, initial=True, trigger_rule=TriggerRule.ALL_DONE)
            if before:
                before >> extract
            last >> every_flow_loaded
            before = last

    flows.expand(organization=organizations())
