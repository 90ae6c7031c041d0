"""The home of the local stack: where its state lies, its secrets, and what it has running."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.metadata_database import AIRFLOW_LOCAL_SETTINGS

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Secrets:
    """Made at random for one home and kept there in a file that only its owner reads."""

    admin_password: str
    api_secret_key: str
    client_id: str
    client_secret: str
    fernet_key: str
    jwt_secret: str
    sandbox_admin_token: str
    tenant_id: str

    def __repr__(self) -> str:
        return f"Secrets(tenant_id={self.tenant_id!r}, client_id={self.client_id!r})"


@dataclass(frozen=True)
class Home:
    """Folders and files of one local stack; kept between runs, removed by `make clean`."""

    path: Path
    dags: Path = REPOSITORY / "dags"
    site_file: Path = REPOSITORY / "include" / "site.toml"

    @classmethod
    def default(cls) -> Home:
        """Return the home named by P2C_LOCAL_HOME, or `.local` in the repository."""
        return cls(Path(os.environ.get("P2C_LOCAL_HOME") or REPOSITORY / ".local").absolute())

    @property
    def airflow(self) -> Path:
        """The AIRFLOW_HOME."""
        return self.path / "airflow"

    @property
    def airflow_settings(self) -> Path:
        """What Airflow imports before it opens its database."""
        return self.airflow / "config" / "airflow_local_settings.py"

    @property
    def logs(self) -> Path:
        """The output of each program of the stack."""
        return self.path / "logs"

    @property
    def common_data_service(self) -> Path:
        """The SQLite file of CDS and ledger."""
        return self.path / "common_data_service.sqlite"

    @property
    def passwords_file(self) -> Path:
        """Logins of Airflow's simple auth manager."""
        return self.path / "passwords.json"

    @property
    def state_file(self) -> Path:
        """What is running, as written by the stack."""
        return self.path / "running.json"

    def prepare(self) -> Secrets:
        """Make the folders, secrets and settings that are missing; raises LocalStackError where it cannot."""
        with self._writing():
            for folder in (self.path, self.airflow, self.airflow_settings.parent, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.airflow_settings, AIRFLOW_LOCAL_SETTINGS)
            known = self._secrets()
            write_private(self.passwords_file, json.dumps({"admin": known.admin_password}))
        return known

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise LocalStackError(
                f"{self.path} cannot be written: {error.strerror}. Name another folder in P2C_LOCAL_HOME."
            ) from error

    def _secrets(self) -> Secrets:
        path = self.path / "secrets.json"
        if path.exists():
            return Secrets(**json.loads(path.read_text(encoding="utf-8")))
        made = {
            "admin_password": secrets.token_urlsafe(12),
            "api_secret_key": secrets.token_urlsafe(32),
            "client_id": str(uuid.uuid4()),
            "client_secret": secrets.token_urlsafe(32),
            "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "jwt_secret": secrets.token_urlsafe(64),
            "sandbox_admin_token": secrets.token_urlsafe(32),
            "tenant_id": str(uuid.uuid4()),
        }
        write_private(path, json.dumps(made, indent=2))
        return Secrets(**made)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home for one command; raises LocalStackError when another one holds it."""
        with self._writing():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = (self.path / "lock").open("w")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalStackError(f"Another make demo, start or stop is at work in {self.path}.") from None
            yield


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read; whoever reads it finds the old content or the new one."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # made for the owner alone
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    Path(name).replace(path)
