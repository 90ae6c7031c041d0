"""Rows due: those that are tried again though they did not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from p2c.database.engine import writing
from p2c.database.lists import among
from p2c.keys import normalised
from p2c.ledger import tables
from p2c.ledger.parked import forget_awaited
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import DISMISSED, DUPLICATE_KEY, Outcome, Reason, RowState
from p2c.ledger.rows import document_of, of_rows, reasons_of, state_of

_TABLE = tables.row_states


class RowsDue(LedgerPart):
    """Which rows are due, and what a person decides about them."""

    def rows_due(self, flow: str, organization: str, *, fingerprint: str, limit: int) -> list[str]:
        """Source ids of rows due, at most ``limit``: those a person asked for first, then the longest due.

        Due are failed and parked rows whose time has come, duplicates released since, and rejected rows that were
        judged under another ``fingerprint`` (of flow, settings and reference data).
        """
        rejected = _TABLE.c.outcome == str(Outcome.REJECTED)
        due = or_(
            _TABLE.c.retry_requested,
            _TABLE.c.due_at <= self._clock(),
            and_(rejected, _TABLE.c.fingerprint != fingerprint),
        )
        first = (_TABLE.c.retry_requested.desc(), func.coalesce(_TABLE.c.due_at, _TABLE.c.updated_at))
        statement = select(_TABLE.c.source_id).where(of_rows(flow, organization), _TABLE.c.waiting, due)
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(*first, _TABLE.c.source_id).limit(limit)).scalars())

    def release_duplicates(self, flow: str, organization: str, keys: Iterable[str]) -> int:
        """Make rows due that were rejected for sharing one of ``keys``; returns their number."""
        with writing(self._engine) as connection:
            wanted = {normalised(key) for key in keys} - {""}
            return release(connection, flow, organization, wanted, self._clock())

    def retry(self, flow: str, organization: str, source_ids: Iterable[str]) -> int:
        """Have rows tried again by the next run, as a person asks; returns how many the ledger knows.

        A row that did not settle is given as many runs again.
        """
        values = {
            "waiting": True,
            "retry_requested": True,
            "dismissed": False,
            "differences": "",
            "times_differed": 0,
        }
        return self._decide(flow, organization, list(source_ids), values)

    def dismiss(self, flow: str, organization: str, source_ids: Iterable[str], *, by: str, why: str) -> int:
        """Set rows aside until their source changes, as a person asks, and keep who and why.

        Returns how many the ledger knows.
        """
        text = f"Dismissed by {by}: {why} It is tried again when its source row changes."
        reason, ids = Reason(DISMISSED, text), list(source_ids)
        values = {
            "waiting": False,
            "retry_requested": False,
            "dismissed": True,
            "outcome": str(Outcome.SKIPPED),
            "reasons": document_of([reason]),
            "due_at": None,
            "waiting_since": None,
        }
        return self._decide(flow, organization, ids, values, forget_awaited)

    def waiting(
        self, flow: str | None = None, organization: str | None = None, *, dismissed: bool = False
    ) -> Iterator[RowState]:
        """Rows that wait for another try, or those a person has ``dismissed``, the longest waiting first.

        They are read as they are consumed.
        """
        wanted = {"flow": flow, "organization": organization}
        place = [_TABLE.c[name] == value for name, value in wanted.items() if value]
        kind = _TABLE.c.dismissed if dismissed else _TABLE.c.waiting
        since = func.coalesce(_TABLE.c.waiting_since, _TABLE.c.updated_at)
        statement = select(_TABLE).where(kind, *place).order_by(since, _TABLE.c.flow, _TABLE.c.source_id)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(statement):
                yield state_of(row)

    def _decide(
        self,
        flow: str,
        organization: str,
        source_ids: Sequence[str],
        values: Mapping[str, object],
        also: Callable[[Connection, str, str, Sequence[str]], None] | None = None,
    ) -> int:
        statement = update(_TABLE).where(of_rows(flow, organization)).values(values)
        with writing(self._engine) as connection:
            decided = among(connection, _TABLE.c.source_id, source_ids)
            known = sum(connection.execute(statement.where(condition)).rowcount for condition in decided)
            if also:
                also(connection, flow, organization, source_ids)
            return known


def release(connection: Connection, flow: str, organization: str, keys: Iterable[str], now: datetime) -> int:
    """Make the rejected duplicates of normalised ``keys`` due; returns their number."""
    place = of_rows(flow, organization)
    rejected = place & (_TABLE.c.outcome == str(Outcome.REJECTED))
    released: list[str] = []
    for of_keys in among(connection, _TABLE.c.integration_key_normalised, keys):
        found = connection.execute(select(_TABLE.c.source_id, _TABLE.c.reasons).where(rejected, of_keys))
        released += [row.source_id for row in found if _is_duplicate(row.reasons)]
    for of_rows_found in among(connection, _TABLE.c.source_id, released):
        connection.execute(update(_TABLE).where(place, of_rows_found).values(due_at=now))
    return len(released)


def _is_duplicate(document: object) -> bool:
    return any(reason.code == DUPLICATE_KEY for reason in reasons_of(document))
