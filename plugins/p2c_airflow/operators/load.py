"""The step that writes: plan and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from p2c_airflow.assets import announce, flow_alias
from p2c_airflow.lineage import datasets
from p2c_airflow.operators.destination import DestinationOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class LoadOperator(DestinationOperator):
    """Creates and updates rows at the destination and records every outcome.

    It finishes its run and updates the organization's asset, unless it loads one of several key ranges.
    """

    def __init__(self, *, flow: str, key_ranges: int = 1, **kwargs: Any) -> None:
        outlets = [flow_alias(flow)] if key_ranges == 1 else []
        super().__init__(flow=flow, key_ranges=key_ranges, **{"outlets": outlets, **kwargs})

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.load import load

        reference = load(step, self.destination(step), self.reference)
        if step.key_range.whole:
            announce(step, context, reference)
        return reference

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """The entity sets that the flow reads and writes, for OpenLineage, which calls this where it is installed."""
        from airflow.providers.common.compat.openlineage.facet import Dataset
        from airflow.providers.openlineage.extractors import (  # type: ignore[import-not-found] # it is optional
            OperatorLineage,
        )

        del task_instance
        source, destination = datasets(self.flow)
        return OperatorLineage(inputs=[Dataset(*source)], outputs=[Dataset(*destination)])
