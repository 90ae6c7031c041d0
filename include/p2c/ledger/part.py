"""What the parts of the ledger have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine


def _now() -> datetime:
    return datetime.now(UTC)


class LedgerPart:
    """One concern of the ledger over the shared database.

    ``clock`` (aware times) dates entries and decides what is due; windows, versions and leases do not depend on it.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock
