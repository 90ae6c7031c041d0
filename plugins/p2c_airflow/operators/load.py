"""The last step: plan and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from p2c_airflow.assets import flow_alias, landed_rows
from p2c_airflow.lineage import datasets
from p2c_airflow.operators.destination import DestinationOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class LoadOperator(DestinationOperator):
    """Creates and updates rows at the destination, records every outcome, and updates the organization's asset."""

    def __init__(self, *, flow: str, **kwargs: Any) -> None:
        super().__init__(flow=flow, **{"outlets": [flow_alias(flow)], **kwargs})

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.load import load
        from p2c_airflow.metrics import count_rows

        reference = load(step, self.destination(step), self.reference)
        if not step.run.dry_run:
            self._announce(context, reference)
            count_rows(self.flow, self.organization, step.ledger.counts(step.key))
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

    def _announce(self, context: Context, reference: Reference) -> None:
        """Tell the DAGs that wait for this organization's rows."""
        asset = landed_rows(self.flow, self.organization)
        context["outlet_events"][flow_alias(self.flow)].add(asset, extra=reference)
