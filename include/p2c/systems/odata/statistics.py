"""What a session did, for the run's record."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, TypedDict


class Figures(TypedDict):
    """Counters of a session at one moment; ``parallelism_hint`` is what Dataverse last advised, if it did.

    ``requests`` counts what was sent, whatever came back, without those for tokens; ``throttled`` the times the system
    asked for a pause; ``seconds_waited`` the pauses of all threads together, for throttling alone.
    """

    requests: int
    retries: int
    throttled: int
    seconds_waited: float
    parallelism_hint: int | None


#: The figures that add up over sessions.
ADDITIVE = ("requests", "retries", "throttled", "seconds_waited")


class Statistics:
    """Counters that the threads of a session share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._figures = Figures(requests=0, retries=0, throttled=0, seconds_waited=0.0, parallelism_hint=None)

    @property
    def requests(self) -> int:
        return self._figures["requests"]

    @property
    def retries(self) -> int:
        return self._figures["retries"]

    @property
    def throttled(self) -> int:
        return self._figures["throttled"]

    @property
    def seconds_waited(self) -> float:
        return self._figures["seconds_waited"]

    @property
    def parallelism_hint(self) -> int | None:
        return self._figures["parallelism_hint"]

    def count_request(self) -> None:
        with self._lock:
            self._figures["requests"] += 1

    def count_retry(self) -> None:
        with self._lock:
            self._figures["retries"] += 1

    def count_throttled(self) -> None:
        with self._lock:
            self._figures["throttled"] += 1

    def count_wait(self, seconds: float) -> None:
        with self._lock:
            self._figures["seconds_waited"] += seconds

    def note_parallelism(self, hint: str | None) -> None:
        """Keep ``x-ms-dop-hint``, the parallelism Dataverse advises (Microsoft docs: Send parallel requests)."""
        if hint and hint.isascii() and hint.isdigit():
            with self._lock:
                self._figures["parallelism_hint"] = int(hint)

    def figures(self) -> Figures:
        """A copy of all counters."""
        with self._lock:
            return self._figures.copy()

    def totals(self) -> dict[str, float]:
        """The figures that add up over sessions, by name."""
        figures: Mapping[str, Any] = self.figures()
        return {name: figures[name] for name in ADDITIVE}
