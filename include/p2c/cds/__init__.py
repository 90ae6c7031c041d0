"""The Common Data Service: the last accepted state of every canonical row, with its origin."""

from __future__ import annotations

from p2c.cds.store import CdsRow, CdsStore

__all__ = ["CdsRow", "CdsStore"]
