"""The ledger: runs with their windows, what became of every row, the identity map, watermarks and leases."""

from __future__ import annotations

from p2c.ledger.differences import Difference
from p2c.ledger.leases import Lease
from p2c.ledger.ledger import Ledger
from p2c.ledger.records import (
    Outcome,
    Progress,
    Reason,
    RowOutcome,
    RowState,
    Run,
    RunKey,
    RunState,
    Window,
    WindowKind,
    summary,
)

__all__ = [
    "Difference",
    "Lease",
    "Ledger",
    "Outcome",
    "Progress",
    "Reason",
    "RowOutcome",
    "RowState",
    "Run",
    "RunKey",
    "RunState",
    "Window",
    "WindowKind",
    "summary",
]
