"""What a local stack has running, kept in its home so that another command finds it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from p2c_airflow.local.home import Home, write_private
from p2c_airflow.local.processes import Session


@dataclass(frozen=True)
class Running:
    """Addresses and programs of a started stack."""

    airflow_url: str
    sandbox_url: str
    sessions: tuple[Session, ...]

    @classmethod
    def read(cls, home: Home) -> Running | None:
        """Return what was last started in the home, whether it still runs or not; None when it was stopped."""
        if not home.state_file.exists():
            return None
        kept = json.loads(home.state_file.read_text(encoding="utf-8"))
        return cls(kept["airflow_url"], kept["sandbox_url"], tuple(Session(**session) for session in kept["sessions"]))

    def write(self, home: Home) -> None:
        """Keep this in the home."""
        write_private(home.state_file, json.dumps(asdict(self), indent=2))

    def is_whole(self) -> bool:
        """Whether every program still runs."""
        return all(session.is_running() for session in self.sessions)

    def is_gone(self) -> bool:
        """Whether no process is left."""
        return not any(session.members() for session in self.sessions)
