"""The sandbox's own clock, which a test may set or shift; every time the sandbox writes or judges by comes from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    """Aware UTC time: the machine's, plus an offset. Safe to share between threads."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._lock = Lock()

    def now(self) -> datetime:
        """The present moment of the sandbox."""
        with self._lock:
            return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Let the clock read `moment` and run on from there. A moment without a zone is a ValueError."""
        if moment.tzinfo is None:
            raise ValueError(f"The moment {moment.isoformat()} has no time zone; add one, for example 'Z'.")
        with self._lock:
            self._offset = moment.astimezone(UTC) - datetime.now(UTC)

    def shift(self, span: timedelta) -> None:
        """Move the clock by `span`; a negative span moves it back."""
        with self._lock:
            self._offset += span

    def reset(self) -> None:
        """Follow the machine's clock again."""
        with self._lock:
            self._offset = timedelta()


def timestamp(moment: datetime) -> str:
    """`moment` as text of fixed width with microseconds, which sorts as the moments do."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
