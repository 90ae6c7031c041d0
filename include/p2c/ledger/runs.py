"""Runs and their windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from p2c.database.engine import writing
from p2c.database.upsert import insert_into
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import Progress, Run, RunKey, RunState, Window


class Runs(LedgerPart):
    """One entry for each DAG run, flow and organization."""

    def begin_run(self, key: RunKey, window: Window, *, dry_run: bool = False, adopt: bool = False) -> Run:
        """Start a run, or start it again: window and options are those of its first start."""
        started: dict[str, Any] = {"state": "running", "finished_at": None, "progress": None}
        first = {
            **vars(key),
            "window_kind": window.kind,
            "window_start": window.start,
            "window_end": window.end,
            "window_keys": list(window.keys),
            "dry_run": dry_run,
            "adopt": adopt,
            "started_at": self._clock(),
            "counts": {},
            "statistics": {},
            "staged_set": "",
            **started,
        }
        with writing(self._engine) as connection:
            statement = insert_into(connection, tables.runs).values(first)
            connection.execute(statement.on_conflict_do_update(index_elements=list(vars(key)), set_=started))
            return run_of(connection.execute(select(tables.runs).where(is_run(key))).one())

    def run(self, key: RunKey) -> Run | None:
        """The run as kept, None before its first start."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.runs).where(is_run(key))).one_or_none()
        return run_of(row) if row else None

    def runs(
        self, limit: int = 50, flow: str | None = None, organization: str | None = None, run_id: str | None = None
    ) -> list[Run]:
        """The latest runs, newest first."""
        wanted = {"flow": flow, "organization": organization, "run_id": run_id}
        conditions = [tables.runs.c[name] == value for name, value in wanted.items() if value]
        newest = (tables.runs.c.started_at.desc(), tables.runs.c.id.desc())
        statement = select(tables.runs).where(*conditions).order_by(*newest).limit(limit)
        with self._engine.connect() as connection:
            return [run_of(row) for row in connection.execute(statement)]

    def broken_loads(self, key: RunKey) -> list[RunKey]:
        """The other runs of the same flow and organization whose load began and did not end."""
        columns = tables.runs.c
        begun = (columns.staged_set != "") & (columns.state != "success")
        own = (columns.dag_id == key.dag_id) & (columns.run_id == key.run_id)
        statement = select(columns.dag_id, columns.run_id).where(begun, ~own)
        place = (columns.flow == key.flow, columns.organization == key.organization)
        with self._engine.connect() as connection:
            found = connection.execute(statement.where(*place).order_by(columns.id))
            return [RunKey(row.dag_id, row.run_id, key.flow, key.organization) for row in found]

    def finish_run(
        self,
        key: RunKey,
        state: RunState,
        counts: Mapping[Any, int],
        statistics: Mapping[str, Any] | None = None,
    ) -> None:
        """Close a run with its counts by outcome, adding to what it keeps; raises LookupError if it never started."""
        values: dict[str, Any] = {
            "state": state,
            "counts": {str(outcome): count for outcome, count in counts.items()},
            "finished_at": self._clock(),
            "progress": None,
        }
        with writing(self._engine) as connection:
            run_number(connection, key)
            values["statistics"] = _statistics(connection, key) | dict(statistics or {})
            connection.execute(update(tables.runs).where(is_run(key)).values(values))

    def add_statistics(self, key: RunKey, figures: Mapping[str, float]) -> None:
        """Add the figures of one try of a step to those of its run; a run that never began is let be."""
        if not any(figures.values()):
            return
        with writing(self._engine) as connection:
            kept = _statistics(connection, key)
            sums = {name: round(kept.get(name, 0) + figure, 3) for name, figure in figures.items()}
            connection.execute(update(tables.runs).where(is_run(key)).values(statistics=kept | sums))

    def note_state(self, key: RunKey, state: RunState) -> None:
        """Say what a step is about or how it ended; a run that never began is let be."""
        ended = None if state == "running" else self._clock()
        values = {"state": state, "finished_at": ended, "progress": None}
        with writing(self._engine) as connection:
            connection.execute(update(tables.runs).where(is_run(key)).values(values))

    def note_progress(self, key: RunKey, progress: Progress) -> None:
        """Say how far a step is; a run that never began is let be."""
        with writing(self._engine) as connection:
            connection.execute(update(tables.runs).where(is_run(key)).values(progress=vars(progress)))


def is_run(key: RunKey) -> ColumnElement[bool]:
    """The condition that selects one run."""
    return and_(*(tables.runs.c[name] == value for name, value in vars(key).items()))


def run_number(connection: Connection, key: RunKey, *, recording: bool = False) -> int:
    """The number of a run in the tables; raises LookupError if it never started, or records though it is dry."""
    row = connection.execute(select(tables.runs.c.id, tables.runs.c.dry_run).where(is_run(key))).one_or_none()
    if row is None:
        raise LookupError(f"{key} was never begun")
    if recording and row.dry_run:
        raise ValueError(f"{key} is a dry run: it leaves the ledger's rows untouched")
    number: int = row.id
    return number


def _statistics(connection: Connection, key: RunKey) -> dict[str, Any]:
    """What a run keeps, which nobody else changes until the transaction ends."""
    statement = select(tables.runs.c.statistics).where(is_run(key)).with_for_update()
    return dict(connection.execute(statement).scalar_one_or_none() or {})


def run_of(row: Row[Any]) -> Run:
    """A stored run as a value."""
    return Run(
        key=RunKey(row.dag_id, row.run_id, row.flow, row.organization),
        window=Window(row.window_start, row.window_end, row.window_kind, tuple(row.window_keys)),
        dry_run=row.dry_run,
        adopt=row.adopt,
        state=row.state,
        started_at=row.started_at,
        finished_at=row.finished_at,
        counts=row.counts,
        statistics=row.statistics,
        progress=msgspec.convert(row.progress, Progress) if row.progress else None,
    )
