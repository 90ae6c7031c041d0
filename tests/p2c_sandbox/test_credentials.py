from __future__ import annotations

import stat
from pathlib import Path

import pytest

from p2c_sandbox.credentials import load_credentials, write_private


def test_credentials_are_made_once_and_kept(tmp_path: Path) -> None:
    first = load_credentials(tmp_path / "credentials.json", {})
    assert load_credentials(tmp_path / "credentials.json", {}) == first
    assert len(first.client_secret) >= 30


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    load_credentials(tmp_path / "credentials.json", {})
    environment = {"P2C_SANDBOX_CLIENT_ID": "application", "P2C_SANDBOX_CLIENT_SECRET": "given"}
    found = load_credentials(tmp_path / "credentials.json", environment)
    assert (found.client_id, found.client_secret) == ("application", "given")


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    load_credentials(tmp_path / "credentials.json", {})
    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    (tmp_path / "key").touch(0o644)
    write_private(tmp_path / "key", b"secret")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["{", "[]", '{"client_id": 1}'])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "credentials.json").write_text(content)
    with pytest.raises(ValueError, match=r"credentials\.json is not a credentials file"):
        load_credentials(tmp_path / "credentials.json", {})


def test_printing_credentials_shows_no_secret(tmp_path: Path) -> None:
    credentials = load_credentials(tmp_path / "credentials.json", {})
    shown = f"{credentials!r} {credentials}"
    assert credentials.client_secret not in shown
    assert credentials.admin_token not in shown
