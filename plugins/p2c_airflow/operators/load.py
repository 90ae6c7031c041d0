"""The last step: plan and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from p2c_airflow.assets import flow_alias, landed_rows
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

        reference = load(step, self.destination(step), self.reference)
        if not step.run.dry_run:
            self._announce(context, reference)
        return reference

    def _announce(self, context: Context, reference: Reference) -> None:
        """Tell the DAGs that wait for this organization's rows."""
        asset = landed_rows(self.flow, self.organization)
        context["outlet_events"][flow_alias(self.flow)].add(asset, extra=reference)
