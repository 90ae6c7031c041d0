"""The first step: read the source's rows of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from p2c.flows import flow_named
from p2c_airflow.operators.step import StepOperator
from p2c_airflow.pools import POOLS
from p2c_airflow.run_options import run_options

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class ExtractOperator(StepOperator):
    """Stages the source rows of the run's window, and the rows due, exactly as read.

    :param initial: read everything and set the watermark, whatever was read before
    :param source_conn_id: connection to the source; by default that of the flow's source system
    """

    def __init__(self, *, flow: str, initial: bool = False, source_conn_id: str | None = None, **kwargs: Any) -> None:
        pool = POOLS[flow_named(flow).source.system].name
        super().__init__(flow=flow, **{"pool": pool, **kwargs})
        self.initial = initial
        self.source_conn_id = source_conn_id

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.extract import extract
        from p2c_airflow.hooks.systems import system_client

        system, conn_id = step.flow.source.system, self.source_conn_id
        source = system_client(system, conn_id, step.site, step.statistics, step.ledger)
        return extract(step, source, run_options(context, initial=self.initial))
