"""The asset that a run updates when its rows have landed: one per flow and organization.

The outlets of a mapped task are the same for every organization, so the last task names an alias and adds its own asset
to it when it has run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset, AssetAlias

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext


def flow_alias(flow: str) -> AssetAlias:
    """The alias of all assets of a flow: a DAG scheduled on it follows every organization."""
    return AssetAlias(name=f"p2c/{flow}")


def landed_rows(flow: str, organization: str) -> Asset:
    """The rows of one organization at the destination of a flow."""
    return Asset(name=f"p2c/{flow}/{organization}", uri=f"p2c://{flow}/{organization}")


def announce(step: StepContext, context: Context, reference: Reference) -> None:
    """Tell the DAGs that wait for an organization's rows, and the metrics, what a run has landed, unless it is dry."""
    from p2c_airflow.metrics import count_rows

    if step.run.dry_run:
        return
    flow, organization = step.flow.name, step.organization
    context["outlet_events"][flow_alias(flow)].add(landed_rows(flow, organization), extra=reference)
    count_rows(flow, organization, step.ledger.counts(step.key))
