"""One system's pause, known to all processes that speak to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from p2c.errors import TransientError


class SharedPauses(Protocol):
    """Where processes tell each other that a system asked for a pause; ``system`` is its base address."""

    def pause_left(self, system: str) -> float:
        """Seconds for which nothing may be sent; 0 if nothing stands against it."""

    def extend_pause(self, system: str, seconds: float) -> None:
        """Send nothing for ``seconds`` from now; a pause that ends later stays."""


@dataclass(frozen=True)
class SharedPause:
    """The pause of the system at ``base_url``; without ``pauses`` a session has none but its own.

    While the place of the pauses is out of reach (TransientError), requests go out as if nothing was known there: each
    session still keeps to the pauses it was asked for itself, and a step that needs the database says so better.
    """

    base_url: str
    pauses: SharedPauses | None

    def left(self) -> float:
        """Seconds for which nothing may be sent."""
        try:
            return self.pauses.pause_left(self.base_url) if self.pauses else 0.0
        except TransientError:
            return 0.0

    def extend(self, seconds: float) -> None:
        """Send nothing for ``seconds`` from now."""
        try:
            if self.pauses:
                self.pauses.extend_pause(self.base_url, seconds)
        except TransientError:
            return
