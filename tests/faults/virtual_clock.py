"""Time that jumps instead of passing, shared by every process that is forked after it was made."""

from __future__ import annotations

import fcntl
import mmap
import multiprocessing
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Connection, Engine

from p2c.ledger.pauses import Pauses

_SIZE = 8
#: Answers that may ask for a pause.
PAUSING = (429, 503)


class VirtualClock:
    """A monotonic clock whose waits take no time: `passed` is told by how many seconds the clock is about to jump.

    With a file in `between_requests` it jumps only while no request is on its way, from the look at the pauses before
    it until its own pause is told: what takes no time in truth takes none here.
    """

    between_requests: Path | None = None

    def __init__(self, passed: Callable[[float], None]) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        self._lock = multiprocessing.get_context("fork").Lock()
        self._passed = passed
        self._mine = threading.local()

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
        self.arrived()
        with self._lock, self._nothing_on_its_way():
            if (behind := target - self.now()) > 0:
                self._passed(behind)
                self._memory[:_SIZE] = struct.pack("d", self.waited + behind)

    def on_its_way(self) -> None:
        """This thread is about to send a request: no jump until it has `arrived`."""
        if self.between_requests and not hasattr(self._mine, "file"):
            self._mine.file = self.between_requests.open("a")
            fcntl.flock(self._mine.file, fcntl.LOCK_SH)

    def arrived(self) -> None:
        """This thread has no request on its way."""
        if hasattr(self._mine, "file"):
            self._mine.file.close()
            del self._mine.file

    def heeded(self, new_transport: Callable[[], requests.Session]) -> Callable[[], requests.Session]:
        """Transports whose requests hold up the jumps; one that is refused until its pause is told."""

        def transport() -> requests.Session:
            session = new_transport()
            send = session.send

            def sent(*arguments: Any, **options: Any) -> requests.Response:
                self.on_its_way()
                status = 0
                try:
                    response = send(*arguments, **options)
                    status = response.status_code
                finally:
                    if status not in PAUSING:
                        self.arrived()
                return response

            session.send = sent  # type: ignore[method-assign]
            return session

        return transport if self.between_requests else new_transport

    @contextmanager
    def _nothing_on_its_way(self) -> Iterator[None]:
        if self.between_requests is None:
            yield
            return
        with self.between_requests.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class JumpingPauses(Pauses):
    """The pauses that all processes share, counted in the time that jumps."""

    def __init__(self, engine: Engine, clock: VirtualClock) -> None:
        super().__init__(engine)
        self._jumping = clock

    def pause_clock(self, connection: Connection) -> datetime:
        return super().pause_clock(connection) + timedelta(seconds=self._jumping.waited)

    def pause_left(self, system: str) -> float:
        self._jumping.on_its_way()
        left = super().pause_left(system)
        if left > 0:
            self._jumping.arrived()
        return left

    def extend_pause(self, system: str, seconds: float) -> None:
        try:
            super().extend_pause(system, seconds)
        finally:
            self._jumping.arrived()
