"""Are the rows that the ledger knows still there, on both sides? The keys of both systems are held against it."""

from __future__ import annotations

from p2c.reconciliation.keys import SystemKeys
from p2c.reconciliation.reconcile import reconcile, repair

__all__ = ["SystemKeys", "reconcile", "repair"]
