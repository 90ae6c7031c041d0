"""The last step of a flow that is split by key range: account for all rows, and move the watermark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule

from p2c_airflow.assets import announce, flow_alias
from p2c_airflow.operators.step import StepOperator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class FinishOperator(StepOperator):
    """Finishes a run when its key ranges have been loaded, and updates the organization's asset.

    It also runs after a load that failed, to say that the run is not finished.

    :param loaded: what the load of each key range returned, in their order
    """

    template_fields = (*StepOperator.template_fields, "loaded")

    def __init__(self, *, flow: str, loaded: Sequence[Any], **kwargs: Any) -> None:
        started = {"outlets": [flow_alias(flow)], "trigger_rule": TriggerRule.NONE_SKIPPED}
        super().__init__(flow=flow, key_ranges=len(loaded), **{**started, **kwargs})
        self.loaded = loaded

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.finish import finish

        reference = finish(step, self.loaded)
        announce(step, context, reference)
        return reference
