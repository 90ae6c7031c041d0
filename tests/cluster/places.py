"""Where on this machine lies what the containers of docker-compose.yaml would find by path and host name."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from p2c_airflow.local.environment import LOOPBACK, Ports

LOG_SERVERS = 3


@dataclass(frozen=True)
class ClusterPorts(Ports):
    """The ports of the services; the sandbox speaks HTTPS."""

    redis: int
    health: int
    logs: tuple[int, ...]

    @classmethod
    def free(cls) -> ClusterPorts:
        """Ports that nothing listens on at this moment."""
        with ExitStack() as held:
            sockets = [held.enter_context(socket.socket()) for _ in range(4 + LOG_SERVERS)]
            for each in sockets:
                each.bind((LOOPBACK, 0))
            airflow, sandbox, redis, health, *logs = (each.getsockname()[1] for each in sockets)
        return cls(airflow, sandbox, redis, health, tuple(logs))

    @property
    def sandbox_url(self) -> str:
        """Address of both systems of the sandbox."""
        return f"https://{LOOPBACK}:{self.sandbox}"


@dataclass(frozen=True)
class Places:
    """The folders, ports and databases in the place of those of containers."""

    home: Path
    secrets: Path
    ports: ClusterPorts
    airflow_database: URL
    cds_database: URL

    def here(self, text: str) -> str:
        """A text of the file with the paths, hosts and ports of this machine."""
        airflow, health = f"{LOOPBACK}:{self.ports.airflow}", f"{LOOPBACK}:{self.ports.health}"
        user, database = self.airflow_database.username, self.airflow_database
        replaced = {
            "/run/secrets/": f"{self.secrets}/",
            "/opt/airflow": str(self.home),
            "postgresql://airflow:": f"postgresql://{user}:",
            "postgresql+psycopg2://airflow:": f"postgresql+psycopg2://{user}:",
            "@postgres/airflow": f"@{database.host}:{database.port}/{database.database}",
            "@redis:6379": f"@{LOOPBACK}:{self.ports.redis}",
            "redis-server -": f"redis-server - --bind {LOOPBACK} --port {self.ports.redis}",
            "redis-cli": f"redis-cli -p {self.ports.redis}",
            "api-server:8080": airflow,
            "localhost:8080": airflow,
            "localhost:8974": health,
            "--host sandbox --port 8443": f"--host {LOOPBACK} --port {self.ports.sandbox}",
            "sandbox:8443": f"{LOOPBACK}:{self.ports.sandbox}",
        }
        for there, here in replaced.items():
            text = text.replace(there, here)
        return text

    def connections(self, text: str) -> str:
        """The file of connections, to the systems and databases of this machine."""
        connections: dict[str, Any] = json.loads(self.here(text))
        connections["common_data_service"] |= {
            "host": self.cds_database.host,
            "port": self.cds_database.port,
            "schema": self.cds_database.database,
            "login": self.cds_database.username,
            "password": self.cds_database.password,
        }
        return json.dumps(connections)
