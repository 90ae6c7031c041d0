"""The present state of every row, and the identity map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, select, update

from p2c.database.lists import among
from p2c.database.types import storable
from p2c.keys import normalised
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import WAITING, Outcome, Reason, RowState, RunKey

_TABLE = tables.row_states
_KEYS = ("integration_key_normalised", "destination_key_normalised")


class RowStates(LedgerPart):
    """One state for each flow, organization and source row."""

    def states(self, flow: str, organization: str, source_ids: Iterable[str]) -> dict[str, RowState]:
        """The states of source rows, by source id; a row never seen has none."""
        with self._engine.connect() as connection:
            return read_states(connection, flow, organization, source_ids)

    def holders(self, flow: str, organization: str, keys: Iterable[str]) -> dict[str, list[RowState]]:
        """The rows that hold one of ``keys`` in source or destination, by normalised key (:mod:`p2c.keys`)."""
        wanted = {normalised(key) for key in keys} - {""}
        found: dict[str, dict[str, RowState]] = {}
        with self._engine.connect() as connection:
            for column in _KEYS:
                for row in _rows_with(connection, flow, organization, _TABLE.c[column], wanted):
                    found.setdefault(getattr(row, column), {})[row.source_id] = state_of(row)
        return {key: list(rows.values()) for key, rows in found.items()}

    def contested(self, flow: str, organization: str, rows: Iterable[tuple[str, str]]) -> dict[str, list[RowState]]:
        """The holders of those keys that another row holds than the one that asks, by normalised key.

        ``rows`` are source ids with the key each asks for; most rows hold their key alone, and cost little here.
        """
        asking: dict[str, set[str]] = {}
        for source_id, key in rows:
            asking.setdefault(normalised(key), set()).add(source_id)
        alone = {key: ids for key, ids in asking.items() if len(ids) == 1}
        shared = asking.keys() - alone.keys()
        with self._engine.connect() as connection:
            for column in _KEYS:
                held = _TABLE.c[column]
                for condition in among(connection, held, alone.keys() - {""}):
                    statement = select(_TABLE.c.source_id, held).where(of_rows(flow, organization), condition)
                    found = connection.execute(statement).all()
                    shared |= {key for source_id, key in found if source_id not in alone.get(key, ())}
        return self.holders(flow, organization, shared) if shared else {}

    def knows_rows(self, flow: str, organization: str) -> bool:
        """Whether any row was ever recorded."""
        # by the index that begins with it
        any_row = _TABLE.c.waiting.in_([True, False]) & of_rows(flow, organization)
        with self._engine.connect() as connection:
            return connection.execute(select(_TABLE.c.source_id).where(any_row).limit(1)).first() is not None

    def claimants(self, flow: str, organization: str, keys: Iterable[str]) -> dict[str, str]:
        """The source ids of the rows that keep others from ``keys``, each with its integration key.

        Those are rows whose destination row has such a key, and rejected ones.
        """
        wanted = {normalised(key) for key in keys} - {""}
        claims = _TABLE.c.ours | (_TABLE.c.outcome == str(Outcome.REJECTED))
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for column in _KEYS:
                for condition in among(connection, _TABLE.c[column], wanted):
                    statement = select(_TABLE.c.source_id, _TABLE.c.integration_key)
                    rows = connection.execute(statement.where(of_rows(flow, organization), condition, claims))
                    found |= {row.source_id: row.integration_key for row in rows}
        return found

    def rows(
        self,
        flow: str | None = None,
        organization: str | None = None,
        outcome: Outcome | None = None,
        key: str | None = None,
        limit: int = 50,
    ) -> list[RowState]:
        """Rows for people to read, the latest first; ``key`` is an integration key."""
        wanted = {
            "flow": flow,
            "organization": organization,
            "outcome": outcome and str(outcome),
            "integration_key_normalised": normalised(key) if key else None,
        }
        conditions = [_TABLE.c[name] == value for name, value in wanted.items() if value]
        order = (_TABLE.c.updated_at.desc(), _TABLE.c.flow, _TABLE.c.organization, _TABLE.c.integration_key)
        with self._engine.connect() as connection:
            found = connection.execute(select(_TABLE).where(*conditions).order_by(*order).limit(limit))
            return [state_of(row) for row in found]

    def held(self, flow: str, organization: str) -> Iterator[RowState]:
        """The rows that are at the destination or wait to be sent, read as they are consumed."""
        statement = select(_TABLE).where(of_rows(flow, organization), _TABLE.c.ours | _TABLE.c.waiting)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(statement.order_by(_TABLE.c.source_id)):
                yield state_of(row)


def read_states(
    connection: Connection, flow: str, organization: str, source_ids: Iterable[str], *, to_change: bool = False
) -> dict[str, RowState]:
    """The states of source rows; with ``to_change`` they are locked until the transaction ends."""
    rows = _rows_with(connection, flow, organization, _TABLE.c.source_id, source_ids, to_change=to_change)
    return {row.source_id: state_of(row) for row in rows}


def note_seen(connection: Connection, run: RunKey, source_ids: Iterable[str], now: datetime) -> None:
    """Keep which run saw rows last that are as they were."""
    for condition in among(connection, _TABLE.c.source_id, source_ids):
        statement = update(_TABLE).where(of_rows(run.flow, run.organization), condition)
        connection.execute(statement.values(dag_id=run.dag_id, run_id=run.run_id, updated_at=now))


def hand_over(connection: Connection, flow: str, organization: str, source_ids: Iterable[str]) -> None:
    """Take from rows the destination row they were sent to: it belongs to another from now on."""
    for condition in among(connection, _TABLE.c.source_id, source_ids):
        statement = update(_TABLE).where(of_rows(flow, organization), condition)
        connection.execute(statement.values(ours=False, destination_key=None, destination_key_normalised=None))


def of_rows(flow: str, organization: str) -> ColumnElement[bool]:
    """The condition that selects the rows of one flow and organization."""
    return (_TABLE.c.flow == flow) & (_TABLE.c.organization == organization)


def row_of(state: RowState) -> Mapping[str, Any]:
    """A state as stored."""
    return {
        **vars(state),
        "outcome": str(state.outcome),
        "reasons": document_of(state.reasons),
        "waiting": state.outcome in WAITING and not state.dismissed,
        "integration_key_normalised": normalised(state.integration_key),
        "destination_key_normalised": None if state.destination_key is None else normalised(state.destination_key),
    }


def state_of(row: Row[Any]) -> RowState:
    """A stored row as a state."""
    stored = row._mapping
    values = {name: stored[name] for name in RowState.__dataclass_fields__}
    values |= {
        "outcome": Outcome(row.outcome),
        "reasons": reasons_of(row.reasons),
    }
    return RowState(**values)


def document_of(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Reasons as stored."""
    return [{name: storable(text) for name, text in vars(reason).items()} for reason in reasons]


def reasons_of(document: Any) -> tuple[Reason, ...]:
    """Stored reasons as values."""
    return msgspec.convert(document, tuple[Reason, ...])


def _rows_with(
    connection: Connection,
    flow: str,
    organization: str,
    column: ColumnElement[Any],
    values: Iterable[str],
    *,
    to_change: bool = False,
) -> Iterator[Row[Any]]:
    for condition in among(connection, column, values):
        statement = select(_TABLE).where(of_rows(flow, organization), condition).order_by(_TABLE.c.source_id)
        yield from connection.execute(statement.with_for_update() if to_change else statement).all()
