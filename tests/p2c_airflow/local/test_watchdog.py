from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_airflow.local.processes import end, session_of, start
from p2c_airflow.local.watchdog import Watchdog, watch

LIMIT_SECONDS = 20
GUARDS_ITSELF_AND_IS_KILLED = """
import os, signal, sys
from p2c_airflow.local.processes import Session
from p2c_airflow.local.watchdog import Watchdog
Watchdog().guard(Session("program", int(sys.argv[1]), float(sys.argv[2])))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = start("program", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ, tmp_path / "log")
    session = session_of("program", process)
    yield process
    end([session], 0.1)


def test_what_a_killed_command_had_started_is_ended(program: subprocess.Popen[bytes]) -> None:
    session = session_of("program", program)
    command = [sys.executable, "-c", GUARDS_ITSELF_AND_IS_KILLED, str(session.id), str(session.started)]
    assert subprocess.run(command, timeout=LIMIT_SECONDS, check=False).returncode == -9
    assert program.wait(LIMIT_SECONDS) == -15


def test_what_was_released_lives_on(program: subprocess.Popen[bytes]) -> None:
    watchdog = Watchdog()
    watchdog.guard(session_of("program", program))
    watchdog.release()
    assert program.poll() is None


def test_only_what_was_told_before_the_input_ended_is_left_to_end() -> None:
    line = '{"name": "sandbox", "id": 1, "started": 2.0}'
    assert [session.name for session in watch([line])] == ["sandbox"]
    assert watch([line, "release"]) == []
