"""Runs as people look at them: chosen, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, select

from p2c.ledger import tables
from p2c.ledger.pages import Cut, Page, contains, cut_page
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import Run
from p2c.ledger.runs import run_of

_TABLE = tables.runs

Sort = Literal["started", "duration", "flow", "organization", "state"]


@dataclass(frozen=True)
class RunChoice:
    """Which runs are wanted: those of ``dag_ids`` that agree with every filter that is not empty."""

    dag_ids: Collection[str]
    flow: str = ""
    organization: str = ""
    state: str = ""
    dag_id: str = ""
    run_id: str = ""
    text: str = ""

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """The choice in SQL; ``text`` is part of a run id."""
        yield _TABLE.c.dag_id.in_(list(self.dag_ids))
        for name in ("flow", "organization", "state", "dag_id", "run_id"):
            if value := getattr(self, name):
                yield _TABLE.c[name] == value
        if self.text:
            yield contains(_TABLE.c.run_id, self.text)


class RunHistory(LedgerPart):
    """The history of runs."""

    def run_page(self, choice: RunChoice, cut: Cut, sort: Sort = "started", *, descending: bool = True) -> Page[Run]:
        """A page of the chosen runs; those that sort alike stand newest first."""
        with self._engine.connect() as connection:
            by = _sorted_by(connection, sort)
            order = (by.desc() if descending else by.asc(), _TABLE.c.started_at.desc(), _TABLE.c.id.desc())
            statement = select(_TABLE).where(*choice.conditions())
            return cut_page(connection, statement, order, cut).of(run_of)

    def latest_runs(self, flow: str, organization: str, dag_ids: Collection[str], limit: int) -> list[Run]:
        """The latest runs of one flow and organization, the newest first."""
        choice = RunChoice(dag_ids, flow, organization)
        newest = (_TABLE.c.started_at.desc(), _TABLE.c.id.desc())
        statement = select(_TABLE).where(*choice.conditions()).order_by(*newest).limit(limit)
        with self._engine.connect() as connection:
            return [run_of(row) for row in connection.execute(statement)]

    def dags_by_flow(self) -> dict[str, frozenset[str]]:
        """The DAGs that have run each flow."""
        found: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(_TABLE.c.flow, _TABLE.c.dag_id).distinct()):
                found.setdefault(row.flow, set()).add(row.dag_id)
        return {flow: frozenset(dag_ids) for flow, dag_ids in found.items()}


def _sorted_by(connection: Connection, sort: Sort) -> ColumnElement[Any]:
    if sort == "duration":
        return _duration(connection)
    return _TABLE.c["started_at" if sort == "started" else sort]


def _duration(connection: Connection) -> ColumnElement[Any]:
    """How long a run took; one that still runs sorts as the shortest."""
    start, end = _TABLE.c.started_at, func.coalesce(_TABLE.c.finished_at, _TABLE.c.started_at)
    if connection.dialect.name == "sqlite":
        return func.julianday(end) - func.julianday(start)
    return func.extract("epoch", end) - func.extract("epoch", start)
