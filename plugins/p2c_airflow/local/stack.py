"""The local stack: the sandbox and the components of a real Airflow, started in order and stopped as a whole."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from p2c_airflow.local.api import AirflowApi, answer_of
from p2c_airflow.local.console import step
from p2c_airflow.local.environment import Ports, stack_environment
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.home import Home
from p2c_airflow.local.processes import POLL_SECONDS, end, session_of, start, tail
from p2c_airflow.local.state import Running
from p2c_airflow.local.watchdog import Watchdog

COMMAND_SECONDS = 180
READY_SECONDS = 240
GRACE_SECONDS = 5.0

# Task logs are read from the disk all components share: no log server, which would listen on every interface
COMPONENTS = {
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "api-server": ("api-server",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}


class Stack:
    """One start of the stack in a home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.secrets = home.prepare()
        self.ports = Ports.free()
        self.environment = stack_environment(home, self.secrets, self.ports)
        self.api = AirflowApi(self.ports.airflow_url, "admin", self.secrets.admin_password)
        self._running = Running(self.ports.airflow_url, self.ports.sandbox_url, ())
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._watchdog = Watchdog()

    def start(self) -> None:
        """Start everything and wait until it is healthy; raises LocalStackError with the output of what failed."""
        with step(f"Starting the sandbox of both systems at {self.ports.sandbox_url}"):
            self._launch("sandbox", self._sandbox_command())
            self._wait_for("the sandbox", self._sandbox_answers)
        with step("Preparing Airflow's database, the Common Data Service and the pools"):
            self._migrate_airflow()
            self._complete("init", [_script("p2c"), "init"])
        with step(f"Starting Airflow at {self.ports.airflow_url}"):
            for name, arguments in COMPONENTS.items():
                self._launch(name, [_script("airflow"), *arguments])
            self._wait_for("Airflow", self._airflow_is_healthy)

    def leave_running(self) -> None:
        """Let the stack live on when this process ends."""
        self._watchdog.release()

    def stop(self) -> None:
        """Stop everything; nothing is left running."""
        end(self._running.sessions, GRACE_SECONDS)
        self._watchdog.release()
        self.home.state_file.unlink(missing_ok=True)

    def check_programs(self) -> None:
        """Raise LocalStackError with the last output of a program that ended by itself."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise LocalStackError(self._ended(name, process.returncode))

    def _sandbox_command(self) -> list[str]:
        state = self.home.path / "sandbox.sqlite"
        return [_script("p2c-sandbox"), "--port", str(self.ports.sandbox), "--data", "demo", "--state", str(state)]

    def _migrate_airflow(self) -> None:
        """Airflow takes seconds to find that its database is up to date, so the version migrated to is kept."""
        stamp = self.home.airflow / "migrated"
        current = version("apache-airflow-core")
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != current:
            self._complete("migrate", [_script("airflow"), "db", "migrate"])
            stamp.write_text(current, encoding="utf-8")

    def _launch(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        process = start(name, command, self.environment, self._log(name))
        session = session_of(name, process)
        self._watchdog.guard(session)
        self._running = replace(self._running, sessions=(*self._running.sessions, session))
        self._running.write(self.home)
        self._processes[name] = process
        return process

    def _complete(self, name: str, command: Sequence[str]) -> None:
        """Run a command that ends by itself."""
        process = self._launch(name, command)
        try:
            process.wait(COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            raise LocalStackError(f"{name} did not end within {COMMAND_SECONDS} s: {self._log(name)}") from None
        if process.returncode:
            raise LocalStackError(self._ended(name, process.returncode))
        del self._processes[name]
        left = tuple(session for session in self._running.sessions if session.name != name)
        self._running = replace(self._running, sessions=left)

    def _wait_for(self, what: str, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready():
            self.check_programs()
            if time.monotonic() > deadline:
                raise LocalStackError(f"{what} was not ready within {READY_SECONDS} s: see {self.home.logs}")
            time.sleep(POLL_SECONDS)

    def _sandbox_answers(self) -> bool:
        return answer_of(f"{self.ports.sandbox_url}/sandbox/health") is not None

    def _airflow_is_healthy(self) -> bool:
        health = self.api.health()
        return bool(health) and all(status == "healthy" for status in health.values())

    def _log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"

    def _ended(self, name: str, code: int) -> str:
        return f"{name} ended with exit code {code}. The end of {self._log(name)}:\n{tail(self._log(name))}"


def _script(name: str) -> str:
    """Return a console script of this environment."""
    return str(Path(sys.executable).with_name(name))
