"""How far a step at work is, told to the ledger so that people can watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from p2c.ledger import Progress, RunKey
from p2c.ledger.runs import Runs

#: A write to the ledger each few seconds costs a step nothing that can be measured.
INTERVAL = timedelta(seconds=3)


def _now() -> datetime:
    return datetime.now(UTC)


class StepProgress:
    """Counts from when it is made, which is when the step begins."""

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._since = clock()
        self._noted = self._since

    def note(self, runs: Runs, key: RunKey, step: str, done: int, total: int | None = None) -> None:
        """Say that ``done`` rows of ``total`` are done, unless that was said a moment ago."""
        now = self._clock()
        if now - self._noted >= INTERVAL:
            self._noted = now
            runs.note_progress(key, Progress(step, done, total, self._since, now))
