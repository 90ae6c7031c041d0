"""The third step: scope, then the contracts of both hops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c_airflow.operators.destination import DestinationOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class ValidateOperator(DestinationOperator):
    """Judges every mapped row: in scope or not, and within the contracts of CDS and of the destination."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.validate import validate

        return validate(step, self.destination(step), self.reference)
