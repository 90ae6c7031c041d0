"""Parked rows: those that wait for a row of another flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, select

from p2c.database.lists import among
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import PARENT, Outcome
from p2c.ledger.rows import of_rows, reasons_of

_TABLE = tables.row_states


class ParkedRows(LedgerPart):
    """Which parked rows need wait no longer."""

    def rows_released(self, flow: str, organization: str, parents: Mapping[str, str], limit: int) -> list[str]:
        """Source ids of parked rows whose parent has landed since, at most ``limit``, the longest parked first.

        ``parents`` names for a source field that holds a parent's id the flow that lands the parent.
        """
        if not parents:
            return []
        with self._engine.connect() as connection:
            waiting = list(_waiting(connection, flow, organization))
            landed = {
                (field, source_id)
                for field, parent_flow in parents.items()
                for source_id in _landed(
                    connection, parent_flow, organization, {wanted for _, name, wanted in waiting if name == field}
                )
            }
        released = dict.fromkeys(child for child, field, parent in waiting if (field, parent) in landed)
        return list(released)[:limit]


def _waiting(connection: Connection, flow: str, organization: str) -> Iterator[tuple[str, str, str]]:
    """Parked rows, each with the source field and the id of the parent it waits for."""
    parked = (_TABLE.c.outcome == str(Outcome.PARKED)) & _TABLE.c.waiting
    statement = select(_TABLE.c.source_id, _TABLE.c.reasons).where(of_rows(flow, organization), parked)
    for row in connection.execute(statement.order_by(_TABLE.c.updated_at, _TABLE.c.source_id)):
        for reason in reasons_of(row.reasons):
            if reason.code == PARENT:
                yield row.source_id, reason.field, reason.value


def _landed(connection: Connection, flow: str, organization: str, source_ids: Iterable[str]) -> Iterator[str]:
    ours = of_rows(flow, organization) & _TABLE.c.ours & _TABLE.c.destination_key.is_not(None)
    for condition in among(connection, _TABLE.c.source_id, source_ids):
        yield from connection.execute(select(_TABLE.c.source_id).where(ours, condition)).scalars()
