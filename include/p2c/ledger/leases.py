"""Leases: one load at a time for a flow and organization."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, select, update

from p2c.database.engine import database_time, writing
from p2c.database.upsert import insert_into
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

    def renew(self) -> None:
        """Prolong the lease by its life; raises LeaseHeldError where another took it over meanwhile."""
        with writing(self.engine) as connection:
            expiry = database_time(connection) + self.life
            mine = _is_lease(self.flow, self.organization) & (_TABLE.c.token == self.token)
            if not connection.execute(update(_TABLE).where(mine).values(expires_at=expiry)).rowcount:
                raise _held(connection, self)

    def release(self) -> None:
        """Give the lease back; one taken over by another is left alone."""
        with writing(self.engine) as connection:
            connection.execute(delete(_TABLE).where(_TABLE.c.token == self.token))


class Leases(LedgerPart):
    """Expiring leases, judged by the database's clock."""

    @contextmanager
    def lease(self, flow: str, organization: str, holder: str, life: timedelta) -> Iterator[Lease]:
        """Hold the lease on a flow and organization; it is released at the end, and expires after ``life``.

        The same ``holder`` takes over its own lease: a task instance tried again. Raises LeaseHeldError while another
        holds it.
        """
        lease = Lease(self._engine, flow, organization, holder, life, uuid4().hex)
        self._acquire(lease)
        try:
            yield lease
        finally:
            lease.release()

    def _acquire(self, lease: Lease) -> None:
        with writing(self._engine) as connection:
            now = database_time(connection)
            values = {"holder": lease.holder, "token": lease.token, "expires_at": now + lease.life}
            statement = insert_into(connection, _TABLE).values(
                flow=lease.flow, organization=lease.organization, **values
            )
            free = (_TABLE.c.expires_at <= now) | (_TABLE.c.holder == lease.holder)
            taken = statement.on_conflict_do_update(index_elements=["flow", "organization"], set_=values, where=free)
            if connection.execute(taken.returning(_TABLE.c.token)).scalar_one_or_none() is None:
                raise _held(connection, lease)


def _is_lease(flow: str, organization: str) -> ColumnElement[bool]:
    return and_(_TABLE.c.flow == flow, _TABLE.c.organization == organization)


def _held(connection: Connection, lease: Lease) -> LeaseHeldError:
    place = f"{lease.flow} for {lease.organization}"
    held = connection.execute(select(_TABLE).where(_is_lease(lease.flow, lease.organization))).one_or_none()
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
