"""Waiting when a system asks for it: one window for all threads of a session.

Source: Microsoft docs, "Service protection API limits", of Dataverse and of F&O: 429 or 503 with Retry-After, in
seconds or as an HTTP date.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING

from p2c.errors import ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from p2c.systems.odata.statistics import Statistics

SHORTEST_WAIT = 1.0


@dataclass(frozen=True, kw_only=True)
class WaitLimits:
    """How long a session may wait before it gives up. Seconds.

    ``longest_wait`` bounds one pause, ``total_wait`` all pauses of one request; ``attempts`` bounds how often a request
    is sent for other transient faults, with pauses growing from ``first_pause``.
    """

    longest_wait: float = 60.0
    total_wait: float = 600.0
    attempts: int = 5
    first_pause: float = 0.5


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the response says, None if it does not. A date counts from the server's own clock."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value, re.ASCII):
        return float(value)
    until = http_date(value)
    if until is None:
        return None
    now = http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC, None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class ThrottleWindow:
    """The span in which no request of the session is sent. Safe to share between threads."""

    def __init__(
        self,
        limits: WaitLimits,
        statistics: Statistics,
        *,
        wait: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._limits = limits
        self._statistics = statistics
        self._wait = wait
        self._clock = clock
        self._lock = Lock()
        self._until = clock()
        self._unnamed = 0

    def close(self, seconds: float | None) -> float:
        """Start or extend the window and return its length; without useful ``seconds`` it doubles from call to call."""
        with self._lock:
            if seconds is None or seconds < SHORTEST_WAIT:
                seconds = max(SHORTEST_WAIT, self._grown())
            self._until = max(self._until, self._clock() + seconds)
        self._statistics.count_throttled()
        return seconds

    def _grown(self) -> float:
        self._unnamed += 1
        ceiling = min(self._limits.longest_wait, SHORTEST_WAIT * 2.0**self._unnamed)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 spreads the threads, protects nothing

    def relax(self) -> None:
        """A request got through: the next pause without a named length starts short again."""
        with self._lock:
            self._unnamed = 0

    def wait_for_turn(self) -> None:
        """Return when no window is open; raises ThrottledError if that would take longer than the limit."""
        while (remaining := self._remaining()) > 0:
            if remaining > self._limits.longest_wait:
                raise ThrottledError("The system asked for a longer pause than a task waits.", retry_after=remaining)
            self._statistics.count_wait(remaining)
            self._wait(remaining)

    def _remaining(self) -> float:
        with self._lock:
            return self._until - self._clock()
