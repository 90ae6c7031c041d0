from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.airflow


def files_of(home: Path) -> list[Path]:
    """All the stack left on disk, but for the files that are meant to hold its secrets."""
    kept = ("secrets.json", "passwords.json", "sandbox.sqlite")
    return [path for path in home.rglob("*") if path.is_file() and not path.name.startswith(kept)]


def test_no_log_database_or_staged_file_holds_a_secret_or_a_token(scheduler, first_run):
    secrets = scheduler.stack.secrets
    sought = [secrets.client_secret.encode(), secrets.sandbox_admin_token.encode(), b"Bearer ey", b'"access_token"']
    sought.append(scheduler.systems._token.encode())
    files = files_of(scheduler.stack.home.path)
    assert any("task_id=" in str(path) for path in files)
    found = [(path.name, text[:12]) for path in files for text in sought if text in path.read_bytes()]
    assert found == []


def test_only_token_requests_carry_a_credential(scheduler, first_run):
    carrying = [request for request in scheduler.journal("requests") if request["credential_fields"]]
    assert {request["system"] for request in carrying} == {"entra"}
