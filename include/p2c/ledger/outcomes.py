"""What became of every row, run by run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from p2c.database.engine import writing
from p2c.database.upsert import newer_stays, upsert
from p2c.ledger import tables
from p2c.ledger.due import release
from p2c.ledger.next_state import Recording, key_given_up, next_state
from p2c.ledger.parked import note_awaited
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import Outcome, RowOutcome, RunKey
from p2c.ledger.rows import document_of, hand_over, note_seen, read_states, reasons_of, row_of
from p2c.ledger.runs import is_run, run_number

_TABLE = tables.row_outcomes
_WRITTEN = (str(Outcome.CREATED), str(Outcome.UPDATED))


class RowOutcomes(LedgerPart):
    """The history of outcomes, and their effect on the state of rows."""

    def record(self, key: RunKey, outcomes: Sequence[RowOutcome], *, fingerprint: str) -> None:
        """Record outcomes of a run and the states they lead to, in one short transaction.

        Recording twice changes nothing: within a run the later outcome of a row replaces the earlier, but a row that
        this run wrote does not become *unchanged* when the step is run again. An older version changes no state.
        A row that gives up its integration key makes the duplicates of that key due; one that takes over the
        destination row of an older revision leaves that one without.
        """
        recording = Recording(key, fingerprint, self._clock())
        latest = {outcome.source_id: outcome for outcome in outcomes}
        with writing(self._engine) as connection:
            number = run_number(connection, key, recording=True)
            rows = [_row_of(number, outcome, recording) for outcome in latest.values()]
            upsert(connection, _TABLE, rows, unless=_says_unchanged_of_a_written_row)
            _record_states(connection, list(latest.values()), recording)

    def open_outcomes(self, key: RunKey, staged_set: str) -> None:
        """Begin a load of ``staged_set`` (its checksum): outcomes judged on another set are forgotten."""
        with writing(self._engine) as connection:
            number = run_number(connection, key)
            other = is_run(key) & (tables.runs.c.staged_set != staged_set)
            if connection.execute(update(tables.runs).where(other).values(staged_set=staged_set)).rowcount:
                connection.execute(delete(_TABLE).where(_TABLE.c.run == number))

    def outcomes(self, key: RunKey, outcome: Outcome | None = None) -> Iterator[RowOutcome]:
        """The outcomes of a run in the order of source ids, read as they are consumed."""
        statement = select(_TABLE).join(tables.runs).where(is_run(key)).order_by(_TABLE.c.source_id)
        if outcome:
            statement = statement.where(_TABLE.c.outcome == str(outcome))
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(statement):
                yield outcome_of(row)

    def counts(self, key: RunKey) -> dict[Outcome, int]:
        """How many rows of a run had each outcome."""
        statement = select(_TABLE.c.outcome, func.count()).join(tables.runs).where(is_run(key))
        with self._engine.connect() as connection:
            counted = {row[0]: row[1] for row in connection.execute(statement.group_by(_TABLE.c.outcome))}
        return {outcome: counted[outcome] for outcome in Outcome if outcome in counted}

    def deleted(self, key: RunKey) -> int:
        """How many destination rows were deleted with the rows of a run."""
        statement = select(func.coalesce(func.sum(_TABLE.c.deleted), 0)).join(tables.runs).where(is_run(key))
        with self._engine.connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def history(self, flow: str, organization: str, source_id: str) -> list[tuple[RunKey, RowOutcome]]:
        """What became of one row in each run, newest first."""
        runs = tables.runs
        statement = select(_TABLE, runs.c.dag_id, runs.c.run_id).join(runs)
        of_row = (runs.c.flow == flow, runs.c.organization == organization, _TABLE.c.source_id == source_id)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.where(*of_row).order_by(runs.c.started_at.desc(), runs.c.id.desc()))
            return [(RunKey(row.dag_id, row.run_id, flow, organization), outcome_of(row)) for row in rows]


def _record_states(connection: Connection, outcomes: Sequence[RowOutcome], recording: Recording) -> None:
    run = recording.run
    ids = [outcome.source_id for outcome in outcomes]
    before = read_states(connection, run.flow, run.organization, ids, to_change=True)
    changes = [
        (before.get(outcome.source_id), next_state(before.get(outcome.source_id), outcome, recording))
        for outcome in outcomes
    ]
    settled = {after.source_id for before, after in changes if before and after and after.is_as(before)}
    note_seen(connection, run, settled, recording.now)
    rows = [row_of(after) for _, after in changes if after and after.source_id not in settled]
    upsert(connection, tables.row_states, rows, unless=newer_stays(tables.row_states))
    note_awaited(connection, changes)
    hand_over(connection, run.flow, run.organization, (id_ for outcome in outcomes for id_ in outcome.takes_over))
    given_up = [key for change in changes if (key := key_given_up(*change))]
    release(connection, run.flow, run.organization, given_up, recording.now)


def _says_unchanged_of_a_written_row(new: Any) -> Any:
    written = or_(*(_TABLE.c.outcome == outcome for outcome in _WRITTEN))
    same_version = _TABLE.c.version == new.version
    return (new.outcome == str(Outcome.UNCHANGED)) & written & same_version


def _row_of(run: int, outcome: RowOutcome, recording: Recording) -> dict[str, Any]:
    return {
        "run": run,
        "source_id": outcome.source_id,
        "integration_key": outcome.integration_key,
        "version": outcome.version,
        "outcome": str(outcome.outcome),
        "reasons": document_of(outcome.reasons),
        "destination_key": outcome.destination_key,
        "request_id": outcome.request_id,
        "changed_fields": list(outcome.changed_fields),
        "ours": outcome.ours,
        "recorded_at": recording.now,
        "deleted": outcome.deleted,
        "source_amount": outcome.amounts and outcome.amounts[0],
        "destination_amount": outcome.amounts and outcome.amounts[1],
    }


def outcome_of(row: Row[Any]) -> RowOutcome:
    """A stored outcome as a value."""
    return RowOutcome(
        source_id=row.source_id,
        integration_key=row.integration_key,
        version=row.version,
        outcome=Outcome(row.outcome),
        reasons=reasons_of(row.reasons),
        destination_key=row.destination_key,
        request_id=row.request_id,
        changed_fields=tuple(row.changed_fields),
        ours=row.ours,
        deleted=row.deleted,
        amounts=None if row.source_amount is None else (row.source_amount, row.destination_amount),
    )
