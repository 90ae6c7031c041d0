from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.airflow

STEPS_THAT_SIGN_IN = ("extract", "validate", "load")


def files_of(home: Path) -> list[Path]:
    """All the stack left on disk, but for the files that are meant to hold its secrets."""
    kept = ("secrets.json", "passwords.json", "sandbox.sqlite")
    return [path for path in home.rglob("*") if path.is_file() and not path.name.startswith(kept)]


def contents(path: Path) -> bytes:
    """A file as it is; of a database also its rows, which it may store in pieces."""
    if path.suffix not in (".db", ".sqlite"):
        return path.read_bytes()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return path.read_bytes() + "\n".join(database.iterdump()).encode()


def test_no_log_database_or_staged_file_holds_a_secret_or_a_token(scheduler, first_run):
    secrets = scheduler.stack.secrets
    assert len(scheduler.tokens) >= len(STEPS_THAT_SIGN_IN)
    sought = [text.encode() for text in (secrets.client_secret, secrets.sandbox_admin_token, *scheduler.tokens)]
    kept = {path: contents(path) for path in files_of(scheduler.stack.home.path)}
    for kind in ("attempt=1.log", "airflow.db", "common_data_service.sqlite", "manifest.json", "scheduler.log"):
        assert any(path.name == kind for path in kept), kind
    assert b"return_value" in next(content for path, content in kept.items() if path.name == "airflow.db")
    assert [str(path) for path, content in kept.items() if any(text in content for text in sought)] == []


def test_only_token_requests_carry_a_credential(scheduler, first_run):
    carrying = [request for request in scheduler.journal("requests") if request["credential_fields"]]
    assert {request["system"] for request in carrying} == {"entra"}
