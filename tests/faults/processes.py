"""Forked processes of one trial: they start without importing anything, and end with the process that forked them."""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
CHUNK = 65_536


@dataclass(frozen=True)
class Ended:
    """How a process ended: with what it told last, with an error, or by a signal; and the most memory it held."""

    told: list[Any]
    error: str = ""
    error_type: str = ""
    signal: int = 0
    peak_bytes: int = 0

    @property
    def well(self) -> bool:
        return not (self.error_type or self.signal)

    def __str__(self) -> str:
        return (
            f"signal {self.signal}" if self.signal else f"{self.error_type}: {self.error}" if self.error_type else "ok"
        )


@dataclass
class Child:
    """A process that waits at a gate until `go`, and tells what it finished through a pipe."""

    pid: int
    _gate: int
    _told: int
    _content: bytearray = field(default_factory=bytearray)
    _ended: Ended | None = None

    def fileno(self) -> int:
        """What becomes readable when the process has something to tell or ended."""
        return self._told

    def go(self) -> None:
        os.write(self._gate, b".")
        os.close(self._gate)

    def end(self, seconds: float) -> Ended:
        """Wait until it ended; one that hangs is killed, and that is an AssertionError."""
        if self._ended is None:
            deadline = time.monotonic() + seconds
            while chunk := self._read(deadline - time.monotonic()):
                self._content += chunk
            _, status, usage = os.wait4(self.pid, 0)
            os.close(self._told)
            self._ended = _ended(bytes(self._content), status, usage.ru_maxrss * 1024)
        return self._ended

    def _read(self, seconds: float) -> bytes:
        if select.select([self._told], [], [], max(0.0, seconds))[0]:
            return os.read(self._told, CHUNK)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError(f"process {self.pid} still hung after its time limit")


def forked(work: Callable[[Callable[[Any], None]], None], log: Path) -> Child:
    """Fork a process that does `work(tell)` once it may `go`; what it prints goes to `log`."""
    gate, opened = os.pipe()
    told, telling = os.pipe()
    if pid := os.fork():
        os.close(gate)
        os.close(telling)
        return Child(pid, opened, told)
    os.close(opened)
    os.close(told)
    _as_child(work, gate, telling, log)
    raise AssertionError("not reached")


def _as_child(work: Callable[[Callable[[Any], None]], None], gate: int, telling: int, log: Path) -> None:
    die_with_parent()
    status = 0
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.read(gate, 1)
        work(lambda value: _write(telling, ("told", value)))
    except BaseException as error:
        status = 1
        traceback.print_exc()
        with suppress(OSError):
            _write(telling, ("error", (type(error).__name__, str(error))))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def die_with_parent() -> None:
    """No process outlives the trial that forked it."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _write(descriptor: int, message: tuple[str, Any]) -> None:
    content = pickle.dumps(message)
    view = memoryview(len(content).to_bytes(4, "big") + content)
    while view:
        view = view[os.write(descriptor, view) :]


def _ended(content: bytes, status: int, peak_bytes: int) -> Ended:
    told: list[Any] = []
    error_type = error = ""
    while len(content) >= 4 and len(content) >= 4 + (size := int.from_bytes(content[:4], "big")):
        kind, value = pickle.loads(content[4 : 4 + size])  # noqa: S301 written by our own child
        content = content[4 + size :]
        if kind == "told":
            told.append(value)
        else:
            error_type, error = value
    return Ended(told, error, error_type, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, peak_bytes)
