"""The services of docker-compose.yaml as processes of this machine.

Each runs the command, environment and health check of the file. What a container would provide is put in place:
`/opt/airflow` and `/run/secrets` are folders of the cluster, and each service answers on a port of loopback.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cluster.places import LOG_SERVERS, ClusterPorts, Places
from fixtures import compose_file
from sqlalchemy import URL

from p2c_airflow.local.api import AirflowApi
from p2c_airflow.local.environment import LOOPBACK
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.home import REPOSITORY, Home, Secrets
from p2c_airflow.local.processes import Session, end, session_of, start, tail
from p2c_airflow.local.watchdog import Watchdog

COMMAND_SECONDS = 240
READY_SECONDS = 300
STOP_SECONDS = 120
GRACE_SECONDS = 15.0
POLL_SECONDS = 0.5
#: Settings of the tests; to trust the sandbox is a matter of the connections.
NOT_INHERITED = ("AIRFLOW", "P2C_", "REQUESTS_CA_BUNDLE")
WORKERS = ("worker-1", "worker-2")
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", *WORKERS)
#: The file leaves Airflow's own waits as they are; a test would spend minutes on them.
SHORTER_WAITS = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
}


class Cluster:
    """One start of all services; offers what the local stack does, so that what asks a stack can ask this."""

    def __init__(self, folder: Path, site_file: Path, airflow_database: URL, cds_database: URL) -> None:
        self.home = Home(folder / "airflow", site_file=site_file)
        self.ports = ClusterPorts.free()
        self.logs = folder / "output"
        self._places = Places(self.home.path, folder / "run_secrets", self.ports, airflow_database, cds_database)
        for each in (self.home.path, self.home.path / "sandbox", self.logs, self._places.secrets):
            each.mkdir(parents=True)
        for name in ("dags", "plugins"):
            (self.home.path / name).symlink_to(REPOSITORY / name)
        chosen = {"P2C_BASE_URL": self.ports.airflow_url, "P2C_SITE_FILE": str(site_file)}
        self._file = compose_file.read(settings=_prepared(folder) | chosen)
        self._place_settings()
        self.secrets = self._place_secrets(folder / "secrets")
        self.api = AirflowApi(self.ports.airflow_url, "admin", self.secrets.admin_password)
        self._programs: dict[str, tuple[Session, subprocess.Popen[bytes]]] = {}
        self._watchdog = Watchdog()

    @property
    def authority(self) -> Path:
        """The certificate authority of the sandbox."""
        return self.home.path / "sandbox" / "state.sqlite.tls" / "ca.pem"

    def start(self) -> None:
        """Start everything in the order of the file and wait until each health check passes."""
        self.launch("redis")
        self.launch("sandbox")
        self.wait_until_healthy("redis", "sandbox")
        self._complete("init")
        for name in AIRFLOW:
            self.launch(name)
        self.wait_until_healthy(*AIRFLOW)

    def stop(self) -> None:
        """Stop everything; nothing is left running."""
        end([session for session, _ in self._programs.values()], GRACE_SECONDS)
        self._watchdog.release()

    def check_programs(self) -> None:
        """Raise LocalStackError with the last output of a program that ended by itself."""
        for name, (_, process) in self._programs.items():
            if process.poll() is not None:
                raise LocalStackError(f"{name} ended with {process.returncode}:\n{tail(self._log(name))}")

    def launch(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service as its container would."""
        process = start(name, self._command(name), self.environment(name), self._log(name))
        session = session_of(name, process)
        self._watchdog.guard(session)
        self._programs[name] = (session, process)
        return process

    def restart(self, name: str) -> None:
        """What `docker compose restart` does: SIGTERM to the service, the time it may take, and a new start."""
        session, process = self._programs.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise LocalStackError(f"{name} did not stop within {STOP_SECONDS} s:\n{tail(self._log(name))}") from None
        end([session], GRACE_SECONDS)
        self.launch(name)
        self.wait_until_healthy(name)

    def kill(self, name: str) -> None:
        """Lose a service with all that runs in it, as when its machine fails."""
        session, process = self._programs.pop(name)
        for each in session.members():
            each.kill()
        process.wait(STOP_SECONDS)

    def command(self, *words: str) -> str:
        """Run a program beside a worker, as `docker compose exec worker` does; returns its output."""
        environment = self.environment(WORKERS[0])
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
        if done.returncode:
            raise LocalStackError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def worker_of(self, pid: int) -> str:
        """The worker in which a process runs."""
        found = os.getsid(pid)
        return next(name for name, (session, _) in self._programs.items() if session.id == found)

    def wait_until_healthy(self, *names: str) -> None:
        """Return when the health checks of these services pass; raises LocalStackError past the limit."""
        deadline = time.monotonic() + READY_SECONDS
        for name in names:
            while (problem := self._problem(name)) is not None:
                self.check_programs()
                if time.monotonic() > deadline:
                    raise LocalStackError(f"{name} is not healthy within {READY_SECONDS} s: {problem}")
                time.sleep(POLL_SECONDS)

    def environment(self, name: str) -> dict[str, str]:
        """The variables of a service's container, and what tells its neighbours on this machine apart from it."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(NOT_INHERITED)}
        given = {
            key: self._places.here(str(value)) for key, value in self._service(name).get("environment", {}).items()
        }
        number = AIRFLOW.index(name) if name in AIRFLOW else 0
        return {
            **inherited,
            **given,
            **(SHORTER_WAITS if given else {}),
            "AIRFLOW_HOME": str(self.home.path),
            "AIRFLOW__API__HOST": LOOPBACK,
            "AIRFLOW__API__PORT": str(self.ports.airflow),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self.ports.logs[number % LOG_SERVERS]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self.ports.logs[number % LOG_SERVERS]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports.health),
            "HOSTNAME": name if name in WORKERS else socket.gethostname(),
            "NO_PROXY": LOOPBACK,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def _place_settings(self) -> None:
        """Put the files that `configs` brings into Airflow's containers where they look for them."""
        for config in self._service("worker")["configs"]:
            place = Path(self._places.here(config["target"]))
            place.parent.mkdir(exist_ok=True)
            shutil.copy(self._file["configs"][config["source"]]["file"], place)

    def _place_secrets(self, made: Path) -> Secrets:
        """Put the files where the services look for them, and return what they say."""
        files = {name: Path(secret["file"]).name for name, secret in self._file["secrets"].items()}
        content = {source: (made / file).read_text(encoding="utf-8") for source, file in files.items()}
        content["connections"] = self._places.connections(content["connections"])
        content["postgres_password"] = self._places.airflow_database.password or ""
        for service in self._file["services"].values():
            for secret in service.get("secrets", ()):
                place = self._places.secrets / Path(secret["target"]).name
                place.write_text(content[secret["source"]], encoding="utf-8")
        sandbox = json.loads(content["sandbox_credentials"])
        return Secrets(
            admin_password=content["admin_password"],
            api_secret_key=content["api_secret_key"],
            client_id=sandbox["client_id"],
            client_secret=sandbox["client_secret"],
            fernet_key=content["fernet_key"],
            jwt_secret=content["jwt_secret"],
            sandbox_admin_token=sandbox["admin_token"],
            tenant_id=sandbox["tenant_id"],
        )

    def _service(self, name: str) -> dict[str, Any]:
        return dict(self._file["services"][re.sub(r"-\d$", "", name)])

    def _command(self, name: str) -> list[str]:
        """What the image's entry point makes of a service's command."""
        command = [self._places.here(part) for part in self._service(name)["command"]]
        if name in WORKERS:
            command += ["--celery-hostname", name, "--pid", str(self.logs / f"{name}.pid")]
        return command if command[0] == "bash" else ["airflow", *command]

    def _problem(self, name: str) -> str | None:
        """What the health check of a service says against it."""
        kind, *test = [self._places.here(part) for part in self._service(name)["healthcheck"]["test"]]
        command = ["bash", "-c", *test] if kind == "CMD-SHELL" else test
        try:
            done = subprocess.run(
                command, env=self.environment(name), capture_output=True, text=True, timeout=60, check=False
            )
        except subprocess.TimeoutExpired:
            return "the health check takes longer than it may"
        return None if done.returncode == 0 else (done.stdout + done.stderr)[-500:]

    def _complete(self, name: str) -> None:
        process = self.launch(name)
        process.wait(COMMAND_SECONDS)
        if process.returncode:
            self.check_programs()
        del self._programs[name]

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _prepared(folder: Path) -> dict[str, str]:
    """What `make up DEMO=1` prepares on a first start; returns the settings of its `.env`."""
    command = [sys.executable, str(REPOSITORY / "deployment" / "prepare.py"), "--demo", "--folder", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_SECONDS)
    lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))
