from __future__ import annotations

import stat
from pathlib import Path

import pytest
import requests
from fixtures.sandbox import running_sandbox

from p2c_sandbox.tls import ensure_certificates


def test_certificates_are_kept_between_starts(tmp_path: Path) -> None:
    first = ensure_certificates(tmp_path, "127.0.0.1").certificate.read_bytes()
    assert ensure_certificates(tmp_path, "127.0.0.1").certificate.read_bytes() == first


def test_another_host_needs_another_certificate(tmp_path: Path) -> None:
    first = ensure_certificates(tmp_path, "127.0.0.1").certificate.read_bytes()
    assert ensure_certificates(tmp_path, "sandbox.example").certificate.read_bytes() != first


def test_every_file_is_readable_by_the_owner_alone(tmp_path: Path) -> None:
    files = ensure_certificates(tmp_path, "localhost")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (files.authority, files.certificate, files.key)}
    assert modes == {0o600}


def test_a_client_that_trusts_the_authority_is_served_over_https(tmp_path: Path) -> None:
    with running_sandbox("--tls", "--empty", "--state", str(tmp_path / "state")) as sandbox:
        assert sandbox.origin.startswith("https://127.0.0.1:")
        assert sandbox.finance_operations.get("CustomersV3").json()["value"] == []


def test_a_client_that_does_not_trust_the_authority_gets_nothing(tmp_path: Path) -> None:
    with (
        running_sandbox("--tls", "--empty", "--state", str(tmp_path / "state")) as sandbox,
        pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"),
    ):
        requests.get(f"{sandbox.origin}/sandbox/health", timeout=10)
