from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from p2c_airflow.local.processes import Session, end, session_of, start, tail

GRACE_SECONDS = 3.0
SLEEPS = "import time; time.sleep(60)"
SLEEPS_WHATEVER_IS_ASKED = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); {SLEEPS}"
)
LEAVES_A_CHILD_IN_ITS_OWN_GROUP = (
    "import subprocess, sys;"
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}], process_group=0);"
    f"print(child.pid, flush=True); {SLEEPS}"
)


class Programs:
    """Starts Python programs and ends them after the test."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "program.log"
        self.started: list[Session] = []

    def run(self, source: str, *, until_it_prints: bool = False) -> tuple[Session, subprocess.Popen[bytes]]:
        process = start("program", [sys.executable, "-c", source], os.environ, self.log)
        self.started.append(session_of("program", process))
        while until_it_prints and not self.log.read_text() and process.poll() is None:
            os.sched_yield()
        return self.started[-1], process


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    programs = Programs(tmp_path)
    yield programs
    end(programs.started, 0.1)


def test_a_program_that_ends_when_asked_is_ended(programs: Programs) -> None:
    session, process = programs.run(SLEEPS)
    end([session], GRACE_SECONDS)
    assert (session.members(), process.wait(GRACE_SECONDS)) == ([], -15)


def test_a_program_that_does_not_end_when_asked_is_killed(programs: Programs) -> None:
    session, process = programs.run(SLEEPS_WHATEVER_IS_ASKED, until_it_prints=True)
    end([session], 0.3)
    assert (session.members(), process.wait(GRACE_SECONDS)) == ([], -9)


def test_a_child_in_a_process_group_of_its_own_ends_with_the_program(programs: Programs) -> None:
    session, _ = programs.run(LEAVES_A_CHILD_IN_ITS_OWN_GROUP, until_it_prints=True)
    child = int(programs.log.read_text())
    assert {process.pid for process in session.members()} == {session.id, child}
    end([session], 0.3)
    assert session.members() == []


def test_a_child_is_ended_when_its_program_has_gone_before(programs: Programs) -> None:
    session, process = programs.run(LEAVES_A_CHILD_IN_ITS_OWN_GROUP, until_it_prints=True)
    process.kill()
    process.wait(GRACE_SECONDS)
    assert not session.is_running()
    assert len(session.members()) == 1
    end([session], 0.3)
    assert session.members() == []


def test_a_process_id_given_out_anew_is_not_the_program(programs: Programs) -> None:
    session, process = programs.run(SLEEPS)
    end([replace(session, started=session.started - 3600)], 0.1)
    assert process.poll() is None


def test_a_running_program_is_told_from_one_that_has_ended(programs: Programs) -> None:
    session, process = programs.run(SLEEPS)
    assert session.is_running()
    process.kill()
    psutil.wait_procs([psutil.Process(process.pid)], GRACE_SECONDS)
    assert not session.is_running()


def test_the_output_of_a_program_goes_to_its_log(programs: Programs) -> None:
    _, process = programs.run("import sys; print('one'); print('two', file=sys.stderr)")
    process.wait(GRACE_SECONDS * 5)
    assert sorted(tail(programs.log).split()) == ["one", "two"]


def test_the_tail_of_a_long_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("\n".join(str(number) for number in range(1000)))
    assert tail(log).splitlines()[-1].strip() == "999"
    assert len(tail(log).splitlines()) < 50


def test_the_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "absent.log") == ""
