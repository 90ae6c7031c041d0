"""Writes what docker-compose.yaml reads and is missing: secrets made at random, and `.env`. Python's own library alone.

`make up` runs it. What is there stays as it is, so that a second start finds the same secrets.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

RANDOM = ("admin_password", "api_secret_key", "jwt_secret", "postgres_password", "redis_password")
DEMO = ("COMPOSE_PROFILES=demo", "P2C_CONNECTIONS_FILE=secrets/demo_connections.json")
#: The user of Airflow's image: nothing runs as root, even where root prepares it.
IMAGE_USER = 50000
SANDBOX = "https://sandbox:8443"
SANDBOX_AUTHORITY = "/opt/airflow/sandbox/state.sqlite.tls/ca.pem"


def main() -> None:
    """Prepare the folder of docker-compose.yaml."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="connect Airflow to the sandbox, and start it too")
    parser.add_argument("--url", default="http://localhost:8080", help="the address at which people open Airflow")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[1], help="where docker-compose.yaml is")
    options = parser.parse_args()
    made = prepare(options.folder, options.url, demo=options.demo)
    if made:
        sys.stdout.write(f"Written in {options.folder}: {', '.join(made)}\n")
    if options.demo and DEMO[0] not in (options.folder / ".env").read_text(encoding="utf-8").splitlines():
        sys.exit(f"{options.folder / '.env'} was there before and is of no demo. Add to it: {', '.join(DEMO)}")


def prepare(folder: Path, url: str, *, demo: bool) -> list[str]:
    """Write the files that are missing; returns their names."""
    made: list[str] = []

    def ensure(name: str, content: Callable[[], str]) -> str:
        path = folder / name
        if not path.exists():
            _write_private(path, content())
            made.append(name)
        return path.read_text(encoding="utf-8")

    (folder / "secrets").mkdir(mode=0o700, exist_ok=True)
    for name in RANDOM:
        ensure(f"secrets/{name}", lambda: secrets.token_hex(32))
    ensure("secrets/fernet_key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    database = _common_data_service(ensure("secrets/postgres_password", str))
    ensure("secrets/connections.json", lambda: json.dumps(database, indent=2))
    if demo:
        credentials = json.loads(ensure("secrets/sandbox_credentials.json", _sandbox_credentials))
        ensure("secrets/demo_connections.json", lambda: json.dumps(database | _sandbox(credentials), indent=2))
    ensure(".env", lambda: _environment(url, demo=demo))
    return made


def _write_private(path: Path, content: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    if not os.getuid():
        os.chown(path, IMAGE_USER, -1)


def _common_data_service(password: str) -> dict[str, Any]:
    return {
        "common_data_service": {
            "conn_type": "common_data_service",
            "host": "postgres",
            "schema": "common_data_service",
            "login": "airflow",
            "password": password,
        }
    }


def _sandbox_credentials() -> str:
    credentials = {
        "tenant_id": str(uuid.uuid4()),
        "client_id": str(uuid.uuid4()),
        "client_secret": secrets.token_urlsafe(30),
        "admin_token": secrets.token_urlsafe(30),
    }
    return json.dumps(credentials, indent=2)


def _sandbox(credentials: dict[str, str]) -> dict[str, Any]:
    return {
        name: {
            "conn_type": name,
            "host": SANDBOX,
            "login": credentials["client_id"],
            "password": credentials["client_secret"],
            "extra": {
                "tenant_id": credentials["tenant_id"],
                "token_url": f"{SANDBOX}/{credentials['tenant_id']}/oauth2/v2.0/token",
                "verify": SANDBOX_AUTHORITY,
            },
        }
        for name in ("dynamics_sales", "dynamics_finops")
    }


def _environment(url: str, *, demo: bool) -> str:
    lines = [
        "# Read by Docker Compose; docs/deployment.md lists what else can stand here.",
        f"P2C_BASE_URL={url}",
        f"P2C_UID={os.getuid() or IMAGE_USER}",
    ]
    if demo:
        lines += DEMO
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
