"""Rows as people look at them: of one run, due, or sought by a key, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, or_, select

from p2c.database.lists import among
from p2c.keys import normalised
from p2c.ledger import tables
from p2c.ledger.outcomes import outcome_of
from p2c.ledger.pages import Cut, Page, contains, cut_page, search_page
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import Outcome, RowOutcome, RowState, RunKey
from p2c.ledger.rows import state_of
from p2c.ledger.runs import is_run

_OUTCOMES, _STATES = tables.row_outcomes, tables.row_states
_RUNS = tables.runs
_LONGEST_WAITING = (tables.WAITING_SINCE, _STATES.c.flow, _STATES.c.source_id, _STATES.c.organization)
#: Rows that a search for a key shows at most.
FOUND_AT_MOST = 50


@dataclass(frozen=True)
class DueChoice:
    """Which rows due are wanted: those of ``flows`` that agree with every filter that is not empty."""

    flows: Collection[str]
    flow: str = ""
    organization: str = ""
    outcome: str = ""
    key: str = ""
    reason: str = ""
    dismissed: bool = False

    @property
    def is_search(self) -> bool:
        """Whether rows are chosen by a part of a text, which no index finds."""
        return bool(self.key or self.reason)

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """The choice in SQL; ``key`` and ``reason`` are parts of a key and of what is said of a row."""
        yield _STATES.c.dismissed if self.dismissed else _STATES.c.waiting
        yield _STATES.c.flow.in_(sorted(self.flows))
        for name in ("flow", "organization", "outcome"):
            if value := getattr(self, name):
                yield _STATES.c[name] == value
        if self.key:
            yield contains(_STATES.c.integration_key, self.key)
        if self.reason:
            yield contains(cast(_STATES.c.reasons, Text), self.reason)


class WaitingCount(NamedTuple):
    """How many rows of one place wait with one outcome."""

    flow: str
    organization: str
    outcome: Outcome
    rows: int


class AmountsApart(NamedTuple):
    """A row whose lines come to different sums in the two systems, and the run that found it."""

    run: RunKey
    outcome: RowOutcome


class RowLists(LedgerPart):
    """Lists of rows."""

    def outcome_page(self, key: RunKey, cut: Cut, outcome: str = "", text: str = "") -> Page[RowOutcome]:
        """A page of what became of a run's rows, of one outcome if it is given, whose key contains ``text``."""
        with self._engine.connect() as connection:
            number = connection.execute(select(_RUNS.c.id).where(is_run(key))).scalar_one_or_none()
            statement = select(_OUTCOMES).where(_OUTCOMES.c.run == number)
            if outcome:
                statement = statement.where(_OUTCOMES.c.outcome == outcome)
            if text:
                statement = statement.where(contains(_OUTCOMES.c.integration_key, text))
            return cut_page(connection, statement, (_OUTCOMES.c.source_id,), cut).of(outcome_of)

    def due_page(self, choice: DueChoice, cut: Cut) -> Page[RowState]:
        """A page of the chosen rows due, the longest waiting first.

        Its keys are found by an index alone, unless a part of a text is sought; whole rows are read of this page only.
        """
        keys = select(*_STATES.primary_key).where(*choice.conditions())
        with self._engine.connect() as connection:
            page = (search_page if choice.is_search else cut_page)(connection, keys, _LONGEST_WAITING, cut)
            ids = among(connection, _STATES.c.source_id, (row.source_id for row in page.rows))
            states = {
                (state.source_id, state.organization, state.flow): state
                for of_ids in ids
                for state in map(state_of, connection.execute(select(_STATES).where(of_ids)))
            }
            return page.of(lambda row: states[row.source_id, row.organization, row.flow])

    def due_places(self, choice: DueChoice) -> dict[tuple[str, str], list[str]]:
        """The source ids of all chosen rows due, by flow and organization."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        names = select(_STATES.c.flow, _STATES.c.organization, _STATES.c.source_id).where(*choice.conditions())
        with self._engine.connect() as connection:
            for flow, organization, source_id in connection.execute(names.order_by(_STATES.c.source_id)):
                found[flow, organization].append(source_id)
        return found

    def waiting_counts(self, flows: Collection[str]) -> list[WaitingCount]:
        """How many rows of each place wait, by outcome."""
        place = (_STATES.c.flow, _STATES.c.organization, _STATES.c.outcome)
        statement = select(*place, func.count()).where(_STATES.c.waiting, _STATES.c.flow.in_(sorted(flows)))
        with self._engine.connect() as connection:
            rows = connection.execute(statement.group_by(*place))
            return [WaitingCount(row[0], row[1], Outcome(row[2]), row[3]) for row in rows]

    def rows_named(self, text: str, flows: Collection[str]) -> list[RowState]:
        """The rows of ``flows`` whose key in source or destination, or whose source id, is ``text``."""
        key = normalised(text)
        columns = {"integration_key_normalised": key, "destination_key_normalised": key, "source_id": text.strip()}
        named = or_(*(_STATES.c[name] == value for name, value in columns.items()))
        statement = select(_STATES).where(named, _STATES.c.flow.in_(sorted(flows)))
        order = (_STATES.c.flow, _STATES.c.organization, _STATES.c.source_id)
        with self._engine.connect() as connection:
            found = connection.execute(statement.order_by(*order).limit(FOUND_AT_MOST)) if key else ()
            return [state_of(row) for row in found]

    def amounts_apart(self, flows: Collection[str], cut: Cut) -> Page[AmountsApart]:
        """A page of the rows whose lines came to different sums, the latest first."""
        with self._engine.connect() as connection:
            order = (_OUTCOMES.c.run.desc(), _OUTCOMES.c.source_id)
            return cut_page(connection, _apart(flows), order, cut).of(_amounts_apart)


def _apart(flows: Collection[str]) -> Select[Any]:
    place = [_RUNS.c[name] for name in RunKey.__dataclass_fields__]
    statement = select(_OUTCOMES, *place).join(_RUNS, _RUNS.c.id == _OUTCOMES.c.run)
    return statement.where(tables.AMOUNTS_DIFFER, _RUNS.c.flow.in_(sorted(flows)))


def _amounts_apart(row: Row[Any]) -> AmountsApart:
    return AmountsApart(RunKey(row.dag_id, row.run_id, row.flow, row.organization), outcome_of(row))
