"""The environment of the local stack's programs: Airflow's settings, the connections, the sandbox's credentials."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from p2c_airflow.local.home import REPOSITORY, Home, Secrets

LOOPBACK = "127.0.0.1"
LOCK_SECONDS = 60
INHERITED_NO_MORE = ("AIRFLOW", "P2C_SANDBOX_")


@dataclass(frozen=True)
class Ports:
    """The ports of one start of the stack."""

    airflow: int
    sandbox: int

    @classmethod
    def free(cls) -> Ports:
        """Return ports that nothing listens on at this moment."""
        with socket.socket() as airflow, socket.socket() as sandbox:
            airflow.bind((LOOPBACK, 0))
            sandbox.bind((LOOPBACK, 0))
            return cls(airflow.getsockname()[1], sandbox.getsockname()[1])

    @property
    def airflow_url(self) -> str:
        """Address of the Airflow UI and REST API."""
        return f"http://{LOOPBACK}:{self.airflow}"

    @property
    def sandbox_url(self) -> str:
        """Address of both systems of the sandbox."""
        return f"http://{LOOPBACK}:{self.sandbox}"


def stack_environment(home: Home, secrets: Secrets, ports: Ports) -> dict[str, str]:
    """Return the whole environment; the caller's own Airflow settings do not reach the stack."""
    return {
        **_inherited(os.environ),
        **_airflow_settings(home, secrets, ports),
        **_connections(home, secrets, ports),
        "P2C_SANDBOX_ADMIN_TOKEN": secrets.sandbox_admin_token,
        "P2C_SANDBOX_CLIENT_ID": secrets.client_id,
        "P2C_SANDBOX_CLIENT_SECRET": secrets.client_secret,
        "P2C_SANDBOX_TENANT_ID": secrets.tenant_id,
    }


def _inherited(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if not name.startswith(INHERITED_NO_MORE)}
    return {**kept, "NO_PROXY": f"{LOOPBACK},localhost", "no_proxy": f"{LOOPBACK},localhost", "PYTHONUNBUFFERED": "1"}


def _airflow_settings(home: Home, secrets: Secrets, ports: Ports) -> dict[str, str]:
    settings: dict[str, dict[str, object]] = {
        # The execution API's address derives from base_url: without it every task fails before it starts
        "API": {"BASE_URL": ports.airflow_url, "HOST": LOOPBACK, "PORT": ports.airflow, "WORKERS": 1},
        "API_AUTH": {"JWT_SECRET": secrets.jwt_secret},
        "CORE": {
            "AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
            "DAGS_FOLDER": home.dags,
            "EXECUTOR": "LocalExecutor",
            "FERNET_KEY": secrets.fernet_key,
            "LOAD_EXAMPLES": False,
            "PARALLELISM": 4,
            "PLUGINS_FOLDER": REPOSITORY / "plugins",
            "SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": home.passwords_file,
            "SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
            "TEST_CONNECTION": "Enabled",
        },
        "DAG_PROCESSOR": {"PARSING_PROCESSES": 1},
        # Five programs share the file: on a busy machine the driver's own 5 s for the lock are over too soon
        "DATABASE": {"SQL_ALCHEMY_CONN": f"sqlite:///{home.airflow / 'airflow.db'}?timeout={LOCK_SECONDS}"},
        "LOGGING": {"COLORED_CONSOLE_LOG": False},
        "PROSPECT_TO_CASH": {"SITE_FILE": home.site_file},
        "SCHEDULER": {"SCHEDULER_IDLE_SLEEP_TIME": 0.1},
        "USAGE_DATA_COLLECTION": {"ENABLED": False},
        # A supervisor that misses the end of its task keeps the slot until the next heartbeat: 5 s unless set
        "WORKERS": {"MIN_HEARTBEAT_INTERVAL": 1},
    }
    named = {
        f"AIRFLOW__{section}__{option}": str(value)
        for section, options in settings.items()
        for option, value in options.items()
    }
    return {"AIRFLOW_HOME": str(home.airflow), **named, "AIRFLOW__API__SECRET_KEY": secrets.api_secret_key}


def _connections(home: Home, secrets: Secrets, ports: Ports) -> dict[str, str]:
    entra = {
        "tenant_id": secrets.tenant_id,
        "token_url": f"{ports.sandbox_url}/{secrets.tenant_id}/oauth2/v2.0/token",
    }
    system = {
        "host": ports.sandbox_url,
        "login": secrets.client_id,
        "password": secrets.client_secret,
        "extra": entra,
    }
    connections = {
        "COMMON_DATA_SERVICE": {
            "conn_type": "common_data_service",
            "extra": {"sqlite_file": str(home.common_data_service)},
        },
        "DYNAMICS_FINOPS": {"conn_type": "dynamics_finops", **system},
        "DYNAMICS_SALES": {"conn_type": "dynamics_sales", **system},
    }
    return {f"AIRFLOW_CONN_{name}": json.dumps(connection) for name, connection in connections.items()}
