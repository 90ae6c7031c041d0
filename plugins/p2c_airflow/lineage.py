"""What a flow reads and writes, as OpenLineage names datasets: by the environment, and the entity set in it."""

from __future__ import annotations

from typing import NamedTuple

from p2c.flow import System
from p2c.flows import flow_named


class DatasetName(NamedTuple):
    """A dataset."""

    namespace: str
    name: str


def datasets(flow: str) -> tuple[DatasetName, DatasetName]:
    """The source and the destination of a flow; raises ConfigurationError for a connection without URL."""
    declared = flow_named(flow)
    source = DatasetName(_environment(declared.source.system), declared.source.entity_set)
    return source, DatasetName(_environment(declared.destination.system), declared.destination.entity_set)


def _environment(system: System) -> str:
    from p2c_airflow.hooks.finance_operations import FinanceOperationsHook
    from p2c_airflow.hooks.sales import SalesHook

    return SalesHook().environment if system == "sales" else FinanceOperationsHook().environment
