"""The second step: source > CDS > destination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c_airflow.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


class MapOperator(StepOperator):
    """Stages CDS rows and destination rows, mapped from the extracted ones."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        from p2c.steps.map import map_rows

        return map_rows(step, self.reference)
