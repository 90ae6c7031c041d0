"""Forgetting: what runs left behind, once it is old enough. The state of rows always stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, select

from p2c.database.engine import writing
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart

_RUNS = tables.runs
_DETAILS = (tables.row_outcomes, tables.differences)


class StagedRun(NamedTuple):
    """A DAG run, whose staged sets lie together."""

    dag_id: str
    run_id: str


class Retention(LedgerPart):
    """Removes run by run, so that nobody waits long for the database."""

    def discard_runs(self, before: datetime) -> int:
        """Forget runs started before ``before``, with all that is kept of them; returns their number."""
        return sum(self._discard(_RUNS, _RUNS.c.id, number) for number in self._numbers(_started(before)))

    def discard_rows(self, before: datetime) -> int:
        """Forget what became of rows in the runs started before ``before``; returns how many entries that were."""
        discarded = 0
        for table in _DETAILS:
            kept = exists().where(table.c.run == _RUNS.c.id)
            numbers = self._numbers(_started(before).where(kept))
            discarded += sum(self._discard(table, table.c.run, number) for number in numbers)
        return discarded

    def runs_to_clear(self, before: datetime) -> Iterator[StagedRun]:
        """DAG runs whose staged sets are of no use: started before ``before``, ended, and not the latest of a place."""
        latest = select(func.max(_RUNS.c.id)).group_by(_RUNS.c.flow, _RUNS.c.organization)
        of_run = (_RUNS.c.dag_id, _RUNS.c.run_id)
        kept = select(*of_run).where(
            (_RUNS.c.started_at >= before) | (_RUNS.c.state == "running") | _RUNS.c.id.in_(latest)
        )
        with self._engine.connect() as connection:
            needed = {tuple(row) for row in connection.execute(kept)}
            old = connection.execute(_started(before).with_only_columns(*of_run).distinct().order_by(*of_run)).all()
        return (StagedRun(*row) for row in old if tuple(row) not in needed)

    def _numbers(self, statement: Select[tuple[int]]) -> list[int]:
        with self._engine.connect() as connection:
            return list(connection.scalars(statement.order_by(_RUNS.c.id)))

    def _discard(self, table: Table, column: ColumnElement[int], number: int) -> int:
        with writing(self._engine) as connection:
            return connection.execute(delete(table).where(column == number)).rowcount


def _started(before: datetime) -> Select[tuple[int]]:
    return select(_RUNS.c.id).where(_RUNS.c.started_at < before)
