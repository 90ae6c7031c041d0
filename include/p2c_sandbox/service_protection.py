"""Dataverse's service protection limits of one user: requests, execution time and concurrency within a sliding window.

Off unless set, so that tests are not held up by chance. Source: Microsoft docs: Service protection API limits.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from p2c_sandbox.settings import SalesSettings

REQUESTS, EXECUTION_TIME, CONCURRENCY = "0x80072322", "0x80072321", "0x80072326"


class LimitReached(Exception):
    """A request over a limit: the code to tell, and the seconds to wait before the next one."""

    def __init__(self, code: str, message: str, wait_seconds: float) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = max(1, round(wait_seconds))


class ServiceProtection:
    """Counts what was asked lately; safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._lock = Lock()
        self._finished: deque[tuple[float, float]] = deque()
        self._running = 0

    def clear(self) -> None:
        """Forget all that was asked."""
        with self._lock:
            self._finished.clear()

    @contextmanager
    def admitted(self, settings: SalesSettings) -> Iterator[dict[str, str]]:
        """Count a request while it is answered; gives the headers that tell what is left. LimitReached if none is."""
        started = self._now()
        with self._lock:
            self._forget(started - settings.protection_window_seconds)
            headers = self._remaining(settings)
            self._check(settings, started)
            self._running += 1
        try:
            yield headers
        finally:
            with self._lock:
                self._running -= 1
                self._finished.append((started, self._now() - started))

    def _forget(self, before: float) -> None:
        while self._finished and self._finished[0][0] < before:
            self._finished.popleft()

    def _check(self, settings: SalesSettings, now: float) -> None:
        window = settings.protection_window_seconds
        requests, seconds = settings.requests_per_window, settings.execution_seconds_per_window
        if settings.concurrent_requests is not None and self._running >= settings.concurrent_requests:
            raise LimitReached(CONCURRENCY, f"Number of concurrent requests exceeded the limit of {self._running}.", 1)
        wait = self._finished[0][0] + window - now if self._finished else window
        if requests is not None and len(self._finished) + self._running >= requests:
            raise LimitReached(REQUESTS, f"Number of requests exceeded the limit of {requests}{_over(window)}", wait)
        if seconds is not None and self._used() >= seconds:
            message = f"Combined execution time of incoming requests exceeded limit of {seconds} seconds{_over(window)}"
            raise LimitReached(EXECUTION_TIME, message, wait)

    def _used(self) -> float:
        return sum(duration for _, duration in self._finished)

    def _remaining(self, settings: SalesSettings) -> dict[str, str]:
        headers = {}
        if settings.requests_per_window is not None:
            left = max(0, settings.requests_per_window - len(self._finished) - self._running - 1)
            headers["x-ms-ratelimit-burst-remaining-xrm-requests"] = str(left)
        if settings.execution_seconds_per_window is not None:
            left_seconds = max(0.0, settings.execution_seconds_per_window - self._used())
            headers["x-ms-ratelimit-time-remaining-xrm-requests"] = f"{left_seconds:.2f}"
        return headers


def _over(window: int) -> str:
    return f" over time window of {window} seconds."
