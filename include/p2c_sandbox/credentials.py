"""The one Entra application the sandbox knows, and the token of its own control API.

Both come from the environment, or are made at first start and kept, readable by the owner alone, beside the state.
"""

from __future__ import annotations

import json
import os
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ENVIRONMENT = {
    "tenant_id": "P2C_SANDBOX_TENANT_ID",
    "client_id": "P2C_SANDBOX_CLIENT_ID",
    "client_secret": "P2C_SANDBOX_CLIENT_SECRET",
    "admin_token": "P2C_SANDBOX_ADMIN_TOKEN",
}


@dataclass(frozen=True)
class Credentials:
    """Tenant and application (client) at Entra with its secret, and the admin token."""

    tenant_id: str
    client_id: str
    client_secret: str
    admin_token: str

    def __repr__(self) -> str:
        return f"Credentials(tenant_id={self.tenant_id!r}, client_id={self.client_id!r})"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, replacing what was there."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def load_credentials(path: Path, environment: Mapping[str, str]) -> Credentials:
    """Credentials by precedence: environment, the file at `path`, newly made; the result is kept in the file.

    Raises ValueError if the file is not one of ours.
    """
    known = _read(path) | {name: environment[key] for name, key in ENVIRONMENT.items() if environment.get(key)}
    credentials = Credentials(
        tenant_id=known.get("tenant_id") or str(uuid.uuid4()),
        client_id=known.get("client_id") or str(uuid.uuid4()),
        client_secret=known.get("client_secret") or secrets.token_urlsafe(30),
        admin_token=known.get("admin_token") or secrets.token_urlsafe(30),
    )
    write_private(path, json.dumps(asdict(credentials), indent=2).encode())
    return credentials


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path} is not a credentials file of the sandbox: remove it to have a new one made"
        ) from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ValueError(f"{path} is not a credentials file of the sandbox: remove it to have a new one made")
    return {name: content[name] for name in ENVIRONMENT if name in content}
