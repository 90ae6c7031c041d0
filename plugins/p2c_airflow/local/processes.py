"""Programs of the local stack and all that they start.

Each program leads a POSIX session of its own. Airflow puts tasks into process groups of their own, and stopping a
component leaves its children behind, so what belongs to a program is told by the session, never by group or parent.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

POLL_SECONDS = 0.1
TAIL_LINES = 15


@dataclass(frozen=True)
class Session:
    """One started program: its name, its process id, and when that process began (seconds since the epoch)."""

    name: str
    id: int
    started: float

    def members(self) -> list[psutil.Process]:
        """Return the live processes of the session; a process id that was given out anew is not one of them."""
        found = []
        for pid in psutil.pids():
            try:
                if os.getsid(pid) == self.id:
                    found.append(psutil.Process(pid))
            except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
                continue
        return [process for process in found if _is_live(process)] if self._id_is_ours(found) else []

    def _id_is_ours(self, members: list[psutil.Process]) -> bool:
        leaders = [process for process in members if process.pid == self.id]
        return all(abs(leader.create_time() - self.started) < 1 for leader in leaders)

    def is_running(self) -> bool:
        """Whether the program itself, the session's leader, is alive."""
        return any(process.pid == self.id for process in self.members())


def start(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, writing its output to `log`."""
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def session_of(name: str, process: subprocess.Popen[bytes]) -> Session:
    """Return the session that a program just started leads."""
    return Session(name, process.pid, psutil.Process(process.pid).create_time())


def end(sessions: Iterable[Session], grace_seconds: float) -> None:
    """Ask each program to stop, wait no longer than the grace in all, then kill what is left of every session."""
    sessions = list(sessions)
    for session in sessions:
        for process in session.members():
            if process.pid == session.id:
                _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(session.members() for session in sessions):
        time.sleep(POLL_SECONDS)
    _kill(sessions, time.monotonic() + grace_seconds)


def _kill(sessions: list[Session], deadline: float) -> None:
    """Kill until nothing is left: a process may start another while it is being killed."""
    while time.monotonic() < deadline:
        left = [process for session in sessions for process in session.members()]
        if not left:
            return
        for process in left:
            _signal(process, signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _is_live(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def tail(log: Path) -> str:
    """Return the last lines of a program's output."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])
