"""A DAG of the shape of the accounts DAG whose steps do nothing: what Airflow itself costs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, BaseOperator, task_group

from p2c_airflow.wiring import organizations, step_defaults

if TYPE_CHECKING:
    from airflow.sdk import Context


class EmptyOperator(BaseOperator):
    """Hands on a reference of the size that a step's has."""

    template_fields = ("organization", "reference")

    def __init__(self, *, organization: str, reference: Any = None, **kwargs: Any) -> None:
        super().__init__(map_index_template="{{ task.organization }}", **kwargs)
        self.organization = organization
        self.reference = reference

    def execute(self, context: Context) -> dict[str, Any]:
        run_id = context["run_id"]
        return {
            "uri": f"file:///staging/accounts/{run_id}/{self.organization}/accounts/{self.task_id:30}".ljust(180, "-"),
            "rows": 60,
            "counts": {"created": 0, "updated": 0, "unchanged": 50, "skipped": 10},
            "window": [None, "2026-03-05T00:00:00+00:00", "full"],
            "organization": self.organization,
        }


with DAG(
    "empty_steps",
    schedule=None,
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    max_active_runs=1,
    default_args=step_defaults(),
):

    @task_group
    def empty_group(organization: str) -> None:
        """One organization's steps."""
        extract = EmptyOperator(task_id="extract", organization=organization)
        map_ = EmptyOperator(task_id="map", organization=organization, reference=extract.output)
        validate = EmptyOperator(task_id="validate", organization=organization, reference=map_.output)
        load = EmptyOperator(task_id="load", organization=organization, reference=validate.output)
        extract >> map_ >> validate >> load

    empty_group.expand(organization=organizations())
