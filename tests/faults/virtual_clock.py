"""Time that jumps instead of passing, shared by every process that is forked after it was made."""

from __future__ import annotations

import mmap
import multiprocessing
import struct
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from p2c.ledger.pauses import Pauses

_SIZE = 8


class VirtualClock:
    """A monotonic clock whose waits take no time: `passed` is told by how many seconds the clock is about to jump."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        self._lock = multiprocessing.get_context("fork").Lock()
        self._passed = passed

    @property
    def waited(self) -> float:
        """Seconds that nobody had to sleep."""
        found: float = struct.unpack("d", self._memory[:_SIZE])[0]
        return found

    def now(self) -> float:
        return time.monotonic() + self.waited

    def wait(self, seconds: float) -> None:
        """Let the clock reach `seconds` from now; waits of several threads overlap as sleeps would."""
        target = self.now() + seconds
        with self._lock:
            if (behind := target - self.now()) > 0:
                self._passed(behind)
                self._memory[:_SIZE] = struct.pack("d", self.waited + behind)


class JumpingPauses(Pauses):
    """The pauses that all processes share, counted in the time that jumps."""

    def __init__(self, engine: Engine, clock: VirtualClock) -> None:
        super().__init__(engine)
        self._jumping = clock

    def pause_clock(self, connection: Connection) -> datetime:
        return super().pause_clock(connection) + timedelta(seconds=self._jumping.waited)
