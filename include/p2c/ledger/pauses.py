"""Pauses: until when nothing may be sent to a system, for all processes that share the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from p2c.database.engine import database_time, writing
from p2c.database.upsert import upsert
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart

_TABLE = tables.pauses


class Pauses(LedgerPart):
    """One pause for each system, by the database's clock; ``system`` is its base address."""

    def pause_left(self, system: str) -> float:
        """Seconds for which nothing may be sent; 0 if nothing stands against it."""
        wanted = select(_TABLE.c.asked_at, _TABLE.c.ends_at).where(_TABLE.c.system == system)
        with self._engine.connect() as connection:
            pause = connection.execute(wanted).one_or_none()
            if pause is None:
                return 0.0
            now = self.pause_clock(connection)
        # a pause asked for in the future is one of a clock that was set back since
        return (pause.ends_at - now).total_seconds() if pause.asked_at <= now < pause.ends_at else 0.0

    def extend_pause(self, system: str, seconds: float) -> None:
        """Send nothing to ``system`` for ``seconds`` from now; a pause that ends later stays."""
        with writing(self._engine) as connection:
            now = self.pause_clock(connection)
            row = {"system": system, "asked_at": now, "ends_at": now + timedelta(seconds=seconds)}
            upsert(
                connection,
                _TABLE,
                [row],
                unless=lambda new: (_TABLE.c.ends_at >= new.ends_at) & (_TABLE.c.asked_at <= new.ends_at),
            )

    def pause_clock(self, connection: Connection) -> datetime:
        """The time that pauses are counted in; whoever jumps instead of waiting puts a clock in its place."""
        return database_time(connection)
