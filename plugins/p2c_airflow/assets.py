"""The asset that a load updates: one per flow and organization.

The outlets of a mapped task are the same for every organization, so a load names an alias and adds its own asset to it
when it has run.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias


def flow_alias(flow: str) -> AssetAlias:
    """The alias of all assets of a flow: a DAG scheduled on it follows every organization."""
    return AssetAlias(name=f"p2c/{flow}")


def landed_rows(flow: str, organization: str) -> Asset:
    """The rows of one organization at the destination of a flow."""
    return Asset(name=f"p2c/{flow}/{organization}", uri=f"p2c://{flow}/{organization}")
