"""Ends the programs of a local stack when the command that started them is gone, however it went.

Run as `python -m p2c_airflow.local.watchdog`. It reads sessions from its standard input, one a line as JSON. The line
`release` lets the programs live on; the end of the input without it, which also kill -9 of the command brings about,
ends them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict

from p2c_airflow.local.processes import Session, end

GRACE_SECONDS = 5.0
RELEASE = "release"


class Watchdog:
    """The starting command's side of the watchdog."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "p2c_airflow.local.watchdog"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def guard(self, session: Session) -> None:
        """End `session` when this process goes."""
        self._tell(json.dumps(asdict(session)))

    def release(self) -> None:
        """Let the guarded programs be: they stay, or have been stopped already."""
        with suppress(BrokenPipeError):
            self._tell(RELEASE)
        self._process.communicate(timeout=GRACE_SECONDS)

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def watch(lines: Iterable[str]) -> list[Session]:
    """Return the sessions left to end once the lines have ended: none after a release."""
    sessions = []
    for line in lines:
        if line.strip() == RELEASE:
            return []
        sessions.append(Session(**json.loads(line)))
    return sessions


if __name__ == "__main__":
    end(watch(sys.stdin), GRACE_SECONDS)
