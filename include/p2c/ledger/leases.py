"""Leases: one run at a time loads a flow and organization, and each of its key ranges is loaded once at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, select, text, update

from p2c.database.engine import database_time, writing
from p2c.database.upsert import upsert
from p2c.errors import LeaseHeldError
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart

_TABLE = tables.leases


@dataclass(frozen=True)
class Lease:
    """A lease that is held; renew it before each batch."""

    engine: Engine
    flow: str
    organization: str
    holder: str
    life: timedelta
    token: str
    key_range: int

    def renew(self) -> None:
        """Prolong the lease by its life; raises LeaseHeldError where another took it over meanwhile."""
        with writing(self.engine) as connection:
            expiry = database_time(connection) + self.life
            mine = _TABLE.c.token == self.token
            if not connection.execute(update(_TABLE).where(mine).values(expires_at=expiry)).rowcount:
                instead = (_TABLE.c.key_range == self.key_range) | (_TABLE.c.holder != self.holder)
                raise _held(self, connection.execute(select(_TABLE).where(_is_place(self), instead)).first())

    def release(self) -> None:
        """Give the lease back; one taken over by another is left alone."""
        with writing(self.engine) as connection:
            connection.execute(delete(_TABLE).where(_TABLE.c.token == self.token))


class Leases(LedgerPart):
    """Expiring leases, judged by the database's clock."""

    @contextmanager
    def lease(self, flow: str, organization: str, holder: str, life: timedelta, key_range: int = 1) -> Iterator[Lease]:
        """Hold the lease on a flow and organization; it is released at the end, and expires after ``life``.

        The same ``holder`` has it for any number of key ranges, and takes over its own of one: a task instance tried
        again. Raises LeaseHeldError while another holds it.
        """
        lease = Lease(self._engine, flow, organization, holder, life, uuid4().hex, key_range)
        self._acquire(lease)
        try:
            yield lease
        finally:
            lease.release()

    def _acquire(self, lease: Lease) -> None:
        with writing(self._engine) as connection:
            _one_at_a_time(connection)
            now = database_time(connection)
            others = _is_place(lease) & (_TABLE.c.holder != lease.holder)
            if held := connection.execute(select(_TABLE).where(others, _TABLE.c.expires_at > now)).first():
                raise _held(lease, held)
            connection.execute(delete(_TABLE).where(others))
            values = {name: getattr(lease, name) for name in ("flow", "organization", "key_range", "holder", "token")}
            upsert(connection, _TABLE, [{**values, "expires_at": now + lease.life}])


def _one_at_a_time(connection: Connection) -> None:
    """Two runs that lease two ranges must see one another; on SQLite whoever writes is alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {_TABLE.name} IN SHARE ROW EXCLUSIVE MODE"))


def _is_place(lease: Lease) -> ColumnElement[bool]:
    return and_(_TABLE.c.flow == lease.flow, _TABLE.c.organization == lease.organization)


def _held(lease: Lease, held: Row[Any] | None) -> LeaseHeldError:
    place = f"{lease.flow} for {lease.organization}"
    if held is None:
        return LeaseHeldError(
            f"The lease on {place} was taken over and has been given back since. Clear this step if it does not try "
            "again by itself: it goes on with the rows that are left."
        )
    until = held.expires_at.isoformat(timespec="seconds")
    if held.holder == lease.holder:
        return LeaseHeldError(
            f"Another try of {lease.holder} has taken over the lease on {place}, to {until}, and loads the rows that "
            "are left; this try ends. There is nothing to do: leave it alone, and do not clear the step while it runs."
        )
    return LeaseHeldError(f"{place} is being loaded by {held.holder}, whose lease runs to {until}.")
