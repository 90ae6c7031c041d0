from __future__ import annotations

import os
import sys

from p2c_airflow.local.home import Home
from p2c_airflow.local.processes import Session, end, session_of, start
from p2c_airflow.local.state import Running

NEVER_STARTED = Session("airflow", 2**22 + 1, 0.0)


def test_what_was_written_is_read_again(home: Home) -> None:
    home.prepare()
    running = Running("http://127.0.0.1:1", "http://127.0.0.1:2", (NEVER_STARTED,))
    running.write(home)
    assert Running.read(home) == running


def test_a_home_that_nothing_was_started_in_has_nothing_running(home: Home) -> None:
    assert Running.read(home) is None


def test_a_stack_with_one_program_gone_is_neither_whole_nor_gone(home: Home) -> None:
    home.prepare()
    process = start("sandbox", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ, home.logs / "log")
    alive = session_of("sandbox", process)
    running = Running("", "", (alive, NEVER_STARTED))
    try:
        assert (running.is_whole(), running.is_gone()) == (False, False)
        assert (Running("", "", (alive,)).is_whole(), Running("", "", (NEVER_STARTED,)).is_gone()) == (True, True)
    finally:
        end([alive], 1)
