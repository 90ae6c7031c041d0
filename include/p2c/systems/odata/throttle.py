"""Waiting when a system asks for it: one window for all threads of a session, and for all sessions with the system.

Source: Microsoft docs, "Service protection API limits", of Dataverse and of F&O: 429 or 503 with Retry-After, in
seconds or as an HTTP date.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING

from p2c.errors import ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from p2c.systems.odata.shared_pause import SharedPause
    from p2c.systems.odata.statistics import Statistics

SHORTEST_WAIT = 1.0
#: A system that names a longer pause is asked again after this. The limits that systems have look back five minutes.
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, kw_only=True)
class WaitLimits:
    """How long a session may wait before it gives up. Seconds.

    ``longest_wait`` bounds one pause, ``total_wait`` all pauses of one request, whoever was asked for them;
    ``attempts`` bounds how often a request is sent for other transient faults, with pauses growing from
    ``first_pause``. ``silence`` is how long an answer may fail to come, where that is less than the connection allows.
    """

    longest_wait: float = 60.0
    total_wait: float = 600.0
    attempts: int = 5
    first_pause: float = 0.5
    silence: float | None = None

    def allow(self, pause: float, waited: float) -> bool:
        """Whether to sit out one more pause after ``waited`` seconds."""
        return pause <= self.longest_wait and waited + pause <= self.total_wait


def given_up(error: ThrottledError, waited: float) -> ThrottledError:
    """``error``, which ends ``waited`` seconds of asking again, saying so."""
    if waited < SHORTEST_WAIT:
        return error
    message = f"{error.message} It has let nothing through for {waited:.0f} seconds."
    return replace(error, message=message)


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
    """The span in which no request of the session is sent. Safe to share between threads.

    It keeps to ``shared``, the pause of the same system that other processes were asked for, and adds its own to it.
    """

    def __init__(
        self,
        limits: WaitLimits,
        statistics: Statistics,
        shared: SharedPause,
        *,
        wait: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._limits = limits
        self._statistics = statistics
        self._shared = shared
        self._wait = wait
        self._clock = clock
        self._lock = Lock()
        self._until = clock()
        self._unnamed = 0

    def close(self, seconds: float | None) -> float:
        """Start or extend the window and return its length, LONGEST_PAUSE at most.

        Without useful ``seconds`` it doubles from window to window.
        """
        with self._lock:
            if seconds is None or seconds < SHORTEST_WAIT:
                seconds = max(SHORTEST_WAIT, self._grown())
            seconds = min(seconds, LONGEST_PAUSE)
            self._until = max(self._until, self._clock() + seconds)
        self._shared.extend(seconds)
        self._statistics.count_throttled()
        return seconds

    def _grown(self) -> float:
        """Several threads that are refused at once are one reason to wait longer, not several."""
        if self._clock() >= self._until:
            self._unnamed += 1
        ceiling = min(self._limits.longest_wait, SHORTEST_WAIT * 2.0**self._unnamed)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 spreads the threads, protects nothing

    def relax(self) -> None:
        """A request got through: the next pause without a named length starts short again."""
        with self._lock:
            self._unnamed = 0

    def wait_for_turn(self) -> None:
        """Return when no window is open; raises ThrottledError if that would take longer than the limits."""
        waited = 0.0
        while (remaining := self._remaining()) > 0:
            if remaining > self._limits.longest_wait:
                raise self._too_long(f"a pause of {remaining:.0f} more seconds", remaining)
            waited += remaining
            if waited > self._limits.total_wait:
                raise self._too_long(f"pauses of {waited:.0f} seconds one after the other", remaining)
            self._statistics.count_wait(remaining)
            self._wait(remaining)

    def _too_long(self, pauses: str, remaining: float) -> ThrottledError:
        message = f"{self._shared.base_url} has asked for {pauses}, longer than a request waits."
        return ThrottledError(message, retry_after=remaining)

    def _remaining(self) -> float:
        with self._lock:
            own = self._until - self._clock()
        return own if own > 0 else self._shared.left()
