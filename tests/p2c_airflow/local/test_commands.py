"""The commands as a person runs them: processes of their own, interrupted as a terminal would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_airflow.local.home import Home
from p2c_airflow.local.processes import end, session_of, start
from p2c_airflow.local.state import Running

LIMIT_SECONDS = 60


def command(name: str, home: Home) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "p2c_airflow.local", name],
        env={**os.environ, "P2C_LOCAL_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def output_of(name: str, home: Home) -> tuple[int, str]:
    process = command(name, home)
    output, _ = process.communicate(timeout=LIMIT_SECONDS)
    return process.returncode, output


def wait_until_something_runs(home: Home) -> Running:
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        if home.state_file.exists() and (running := Running.read(home)):
            return running
        os.sched_yield()
    raise AssertionError("the command started nothing")


def is_gone_in_time(running: Running) -> bool:
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline and not running.is_gone():
        os.sched_yield()
    return running.is_gone()


@pytest.fixture
def running(home: Home) -> Iterator[Running]:
    """A stack as `start` leaves it, of one program that only waits."""
    home.prepare()
    program = start("sandbox", [sys.executable, "-c", "import time; time.sleep(300)"], os.environ, home.logs / "log")
    left_running = Running("http://127.0.0.1:1", "http://127.0.0.1:2", (session_of("sandbox", program),))
    left_running.write(home)
    yield left_running
    end(left_running.sessions, 0.1)


@pytest.mark.parametrize(
    ("interruption", "exit_code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)],
)
def test_an_interrupted_demo_leaves_no_process(interruption: signal.Signals, exit_code: int, home: Home) -> None:
    demo = command("demo", home)
    running = wait_until_something_runs(home)
    demo.send_signal(interruption)
    demo.communicate(timeout=LIMIT_SECONDS)
    assert (demo.returncode, is_gone_in_time(running)) == (exit_code, True)


def test_a_second_start_says_where_the_stack_is(home: Home, running: Running) -> None:
    exit_code, output = output_of("start", home)
    assert (exit_code, running.is_whole()) == (0, True)
    assert f"Airflow is at {running.airflow_url} (user admin, password {home.prepare().admin_password})" in output


def test_a_demo_beside_a_running_stack_is_refused(home: Home, running: Running) -> None:
    exit_code, output = output_of("demo", home)
    assert (exit_code, running.is_whole()) == (1, True)
    assert f"The stack runs already at {running.airflow_url}: `make stop` first." in output


def test_stop_ends_what_start_left_running(home: Home, running: Running) -> None:
    assert output_of("stop", home) == (0, "Stopped.\n")
    assert (running.is_gone(), Running.read(home)) == (True, None)


def test_stop_with_nothing_running_says_so(home: Home) -> None:
    assert output_of("stop", home) == (0, "Nothing is running.\n")


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    exit_code, output = output_of("demo", Home(tmp_path / "file"))
    assert (exit_code, output.startswith(f"Error: {tmp_path / 'file'} cannot be written")) == (1, True)


def test_an_unknown_command_names_the_three(home: Home) -> None:
    exit_code, output = output_of("restart", home)
    assert exit_code == 2
    assert all(name in output for name in ("demo", "start", "stop"))
