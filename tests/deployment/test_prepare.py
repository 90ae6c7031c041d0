from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from fixtures.compose_file import ROOT, read

NAMES = ("admin_password", "api_secret_key", "jwt_secret", "postgres_password", "redis_password")


def prepare(folder: Path, *options: str) -> str:
    command = [sys.executable, "-I", str(ROOT / "deployment" / "prepare.py"), "--folder", str(folder), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_every_secret_is_different_and_long(tmp_path):
    prepare(tmp_path)
    secrets = [(tmp_path / "secrets" / name).read_text() for name in NAMES]
    assert len(set(secrets)) == len(NAMES)
    assert all(len(secret) == 64 for secret in secrets)


def test_the_fernet_key_is_one(tmp_path):
    prepare(tmp_path)
    key = Fernet((tmp_path / "secrets" / "fernet_key").read_text())
    assert key.decrypt(key.encrypt(b"text")) == b"text"


def test_only_the_owner_reads_what_was_written(tmp_path):
    prepare(tmp_path, "--demo")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_airflow_runs_as_the_owner_of_the_secrets_and_not_as_root(tmp_path):
    prepare(tmp_path)
    [user] = re.findall(r"^P2C_UID=(\d+)$", (tmp_path / ".env").read_text(), re.MULTILINE)
    assert {str(path.stat().st_uid) for path in (tmp_path / "secrets").iterdir()} == {user}
    assert user != "0"


def test_a_second_start_changes_nothing(tmp_path):
    prepare(tmp_path, "--demo")
    before = contents(tmp_path)
    assert prepare(tmp_path, "--demo") == ""
    assert contents(tmp_path) == before


def test_no_secret_is_printed(tmp_path):
    printed = prepare(tmp_path, "--demo")
    assert printed
    assert not any((tmp_path / "secrets" / name).read_text() in printed for name in NAMES)


def test_without_a_demo_the_two_systems_are_left_to_a_person(tmp_path):
    prepare(tmp_path, "--url", "https://airflow.example.com")
    connections = json.loads((tmp_path / "secrets" / "connections.json").read_text())
    assert connections.keys() == {"common_data_service"}
    assert "P2C_BASE_URL=https://airflow.example.com\n" in (tmp_path / ".env").read_text()
    assert "demo" not in (tmp_path / ".env").read_text().replace("https", "")


def test_a_demo_connects_to_the_sandbox_with_its_own_credentials(tmp_path):
    prepare(tmp_path, "--demo")
    credentials = json.loads((tmp_path / "secrets" / "sandbox_credentials.json").read_text())
    connections = json.loads((tmp_path / "secrets" / "demo_connections.json").read_text())
    assert connections.keys() == {"common_data_service", "dynamics_finops", "dynamics_sales"}
    assert connections["dynamics_sales"]["password"] == credentials["client_secret"]
    assert connections["dynamics_sales"]["host"].startswith("https://")


def test_settings_that_are_there_and_of_no_demo_are_named(tmp_path):
    prepare(tmp_path)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        prepare(tmp_path, "--demo")
    assert "COMPOSE_PROFILES=demo" in failed.value.stderr


def test_every_secret_of_the_compose_file_is_written(tmp_path):
    prepare(tmp_path, "--demo")
    named = {Path(secret["file"]).name for secret in read()["secrets"].values()}
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == named | {"demo_connections.json"}
