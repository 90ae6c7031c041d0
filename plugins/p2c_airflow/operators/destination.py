"""A step that speaks to the flow's destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from p2c.flows import flow_named
from p2c_airflow.operators.step import StepOperator
from p2c_airflow.pools import POOLS

if TYPE_CHECKING:
    from p2c.steps.context import StepContext


class DestinationOperator(StepOperator):
    """A step in the pool of the destination's system.

    :param destination_conn_id: connection to the destination; by default that of the flow's destination system
    """

    def __init__(self, *, flow: str, destination_conn_id: str | None = None, **kwargs: Any) -> None:
        pool = POOLS[flow_named(flow).destination.system].name
        super().__init__(flow=flow, **{"pool": pool, **kwargs})
        self.destination_conn_id = destination_conn_id

    def destination(self, step: StepContext) -> Any:
        """A client of the destination."""
        from p2c_airflow.hooks.systems import system_client

        system, conn_id = step.flow.destination.system, self.destination_conn_id
        return system_client(system, conn_id, step.site, step.statistics, step.ledger)
