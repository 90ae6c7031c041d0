"""The rows that a flow writes, in whichever system they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import p2c_metadata
from p2c.flow import Flow
from p2c.steps.destination_rows import DestinationRows, DestinationSystem
from p2c.steps.sales_rows import SalesRows, SalesSystem
from p2c.validation.references import ReferenceData

WrittenRows = DestinationRows | SalesRows


class WrittenSystem(DestinationSystem, SalesSystem, Protocol):
    """The destination, of which each kind offers what its flows need."""


def written_rows(
    flow: Flow, system: WrittenSystem, fields: Sequence[str], references: ReferenceData, company: str
) -> WrittenRows:
    """The rows of a flow's destination, of which ``fields`` are read."""
    if flow.destination.system == "sales":
        return SalesRows(flow, system, fields, p2c_metadata.load("sales"), references)
    return DestinationRows(flow, system, fields, company)
