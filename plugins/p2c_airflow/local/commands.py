"""The three commands of the local stack."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from p2c_airflow.local.console import console
from p2c_airflow.local.demo import run_demo
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.home import Home
from p2c_airflow.local.processes import end
from p2c_airflow.local.stack import GRACE_SECONDS, Stack
from p2c_airflow.local.state import Running

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run `demo`, `start` or `stop` and return the exit code."""
    commands = {"demo": demo, "start": start, "stop": stop}
    parser = argparse.ArgumentParser(prog="p2c_airflow.local", description=__doc__)
    parser.add_argument("command", choices=commands)
    command = commands[parser.parse_args(arguments).command]
    home = Home.default()
    try:
        with home.locked():
            return command(home)
    except LocalStackError as error:
        console.print(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return INTERRUPTED


def demo(home: Home) -> int:
    """Run all flows on demo data and leave no process behind."""
    _end_leftovers(home)
    stack = Stack(home)
    try:
        stack.start()
        return 0 if run_demo(stack) else 1
    finally:
        with _signals_ignored():
            stack.stop()


def start(home: Home) -> int:
    """Start the stack and leave it running; a second start says where it is."""
    running = Running.read(home)
    if running and running.is_whole():
        _print_login(home, running.airflow_url, running.sandbox_url)
        return 0
    _end_leftovers(home)
    stack = Stack(home)
    try:
        stack.start()
    except BaseException:
        with _signals_ignored():
            stack.stop()
        raise
    stack.leave_running()
    _print_login(home, stack.ports.airflow_url, stack.ports.sandbox_url)
    return 0


def stop(home: Home) -> int:
    """Stop what `start` left running."""
    running = Running.read(home)
    if not running or running.is_gone():
        console.print("Nothing is running.")
    else:
        end(running.sessions, GRACE_SECONDS)
        console.print("Stopped.")
    home.state_file.unlink(missing_ok=True)
    return 0


def _end_leftovers(home: Home) -> None:
    running = Running.read(home)
    if running and running.is_whole():
        raise LocalStackError(f"The stack runs already at {running.airflow_url}: `make stop` first.")
    if running:
        end(running.sessions, GRACE_SECONDS)


def _print_login(home: Home, airflow_url: str, sandbox_url: str) -> None:
    password = home.prepare().admin_password
    console.print(f"Airflow is at {airflow_url} (user admin, password {password}).")
    console.print(f"The sandbox of Sales and Finance and Operations is at {sandbox_url}.")
    console.print("`make stop` stops both.")


@contextmanager
def _signals_ignored() -> Iterator[None]:
    """Let nothing interrupt the stopping, which has a limit of its own."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
