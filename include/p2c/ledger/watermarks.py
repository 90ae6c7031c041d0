"""How far each flow has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from p2c.database.engine import writing
from p2c.database.upsert import upsert
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import RunKey

_TABLE = tables.watermarks


class Watermarks(LedgerPart):
    """One time for each flow and organization, by the source's clock."""

    def watermark(self, flow: str, organization: str) -> datetime | None:
        """The end of the last window read, None before the initial load."""
        key = (_TABLE.c.flow == flow) & (_TABLE.c.organization == organization)
        with self._engine.connect() as connection:
            return connection.execute(select(_TABLE.c.position).where(key)).scalar_one_or_none()

    def advance_watermark(self, flow: str, organization: str, to: datetime, run: RunKey) -> None:
        """Move the watermark forward to ``to``; it never moves back."""
        row = {
            "flow": flow,
            "organization": organization,
            "position": to,
            "dag_id": run.dag_id,
            "run_id": run.run_id,
            "updated_at": self._clock(),
        }
        with writing(self._engine) as connection:
            upsert(connection, _TABLE, [row], unless=lambda new: _TABLE.c.position >= new.position)
