"""How the state of a row follows from its last state and a new outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from p2c.keys import normalised
from p2c.ledger.records import (
    DISMISSED,
    DUPLICATE_KEY,
    LANDED,
    OUT_OF_SCOPE,
    UNKNOWN_REFERENCE,
    WAITING,
    Outcome,
    RowOutcome,
    RowState,
    RunKey,
)

#: A failed row waits two minutes, then twice as long after each attempt, a day at most. A parked row waits a day, and
#: so does one whose value the destination's reference data lacked, or whose key another row had: nothing tells us when
#: those data change, or when the other row is deleted.
FIRST_DELAY = timedelta(minutes=2)
LONGEST_DELAY = timedelta(days=1)
#: Doublings after which the delay is at its longest anyway.
_DOUBLINGS = 10
_LOOKED_INTO_DAILY = frozenset({UNKNOWN_REFERENCE, DUPLICATE_KEY})


@dataclass(frozen=True)
class Recording:
    """The circumstances in which outcomes are recorded."""

    run: RunKey
    fingerprint: str
    now: datetime


def next_state(before: RowState | None, outcome: RowOutcome, recording: Recording) -> RowState | None:
    """The row's new state, None where the outcome is of an older version than the state."""
    version = outcome.version or (before.version if before else 0)
    if before and version < before.version:
        return None
    attempts = _attempts(before, outcome, recording.run)
    differences, times = _settling(before, outcome, recording.run)
    return RowState(
        flow=recording.run.flow,
        organization=recording.run.organization,
        source_id=outcome.source_id,
        integration_key=outcome.integration_key,
        destination_key=outcome.destination_key or (before.destination_key if before else None),
        version=version,
        outcome=outcome.outcome,
        reasons=outcome.reasons,
        ours=outcome.ours or bool(before and before.ours),
        attempts=attempts,
        due_at=_due_at(outcome, attempts, recording.now),
        retry_requested=False,
        dismissed=bool(before and before.dismissed and (before.version == version or _stays_dismissed(outcome))),
        differences=differences,
        times_differed=times,
        fingerprint=recording.fingerprint,
        request_id=outcome.request_id,
        dag_id=recording.run.dag_id,
        run_id=recording.run.run_id,
        updated_at=recording.now,
        waiting_since=_waiting_since(before, outcome, recording.now),
    )


def _stays_dismissed(outcome: RowOutcome) -> bool:
    """A row read whole has a new version with every read: only a person takes it up again."""
    return any(reason.code == DISMISSED for reason in outcome.reasons)


def key_given_up(before: RowState | None, after: RowState | None) -> str | None:
    """The normalised integration key that a row no longer claims, None where it claims what it did."""
    if before is None or after is None or before.outcome in OUT_OF_SCOPE:
        return None
    key = normalised(before.integration_key)
    if after.outcome in OUT_OF_SCOPE or normalised(after.integration_key) != key:
        return key or None
    return None


def _attempts(before: RowState | None, outcome: RowOutcome, run: RunKey) -> int:
    """Failed attempts in a row; a step run again within its run counts as the same attempt."""
    if outcome.outcome is not Outcome.FAILED:
        return 0
    if before is None or before.outcome is not Outcome.FAILED:
        return 1
    return before.attempts + (0 if before.is_of(run) else 1)


def _due_at(outcome: RowOutcome, attempts: int, now: datetime) -> datetime | None:
    if outcome.outcome is Outcome.FAILED:
        delay: timedelta = FIRST_DELAY * (1 << min(attempts - 1, _DOUBLINGS))
        return now + min(delay, LONGEST_DELAY)
    waits = outcome.outcome is Outcome.PARKED or any(reason.code in _LOOKED_INTO_DAILY for reason in outcome.reasons)
    return now + LONGEST_DELAY if waits else None


def _waiting_since(before: RowState | None, outcome: RowOutcome, now: datetime) -> datetime | None:
    if outcome.outcome not in WAITING:
        return None
    return (before and before.waiting_since) or now


def _settling(before: RowState | None, outcome: RowOutcome, run: RunKey) -> tuple[str, int]:
    """What differed, and in how many runs in a row; a row that agrees with the destination has settled.

    A write that was refused shows nothing about settling.
    """
    if outcome.differences and outcome.outcome is not Outcome.FAILED:
        return outcome.differences, before.times_differing(run, outcome.differences) if before else 1
    if before is None or outcome.outcome in LANDED:
        return "", 0
    return before.differences, before.times_differed
