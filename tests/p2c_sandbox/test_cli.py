from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.sandbox import running_sandbox

GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "77"}


def refused(*arguments: str) -> str:
    """What the command says on standard error when it will not start."""
    command = [sys.executable, "-m", "p2c_sandbox.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


def test_the_readiness_line_tells_addresses_and_no_secret() -> None:
    with running_sandbox() as sandbox:
        assert sandbox.readiness["sales"] == f"{sandbox.origin}/api/data/v9.2/"
        assert sandbox.readiness["finance_operations"] == f"{sandbox.origin}/data/"
        assert sandbox.client_secret not in str(sandbox.readiness)
        assert sandbox.admin_token not in str(sandbox.readiness)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_sandbox_with_status_0(number: signal.Signals) -> None:
    with running_sandbox("--empty") as sandbox:
        assert sandbox.process is not None
        sandbox.process.send_signal(number)
        assert sandbox.process.wait(10) == 0


def test_a_temporary_state_is_removed_at_the_end() -> None:
    with running_sandbox("--empty") as sandbox:
        state = Path(str(sandbox.readiness["state_file"]))
        assert state.exists()
    assert not state.parent.exists()


def test_a_state_that_was_there_is_kept_and_not_seeded_again(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    with running_sandbox("--empty", "--state", state) as sandbox:
        sandbox.put_rows("finance_operations", "CustomerGroups", GROUP)
    with running_sandbox("--state", state) as sandbox:
        assert [row["CustomerGroupId"] for row in sandbox.rows("finance_operations", "CustomerGroups")] == ["77"]
        assert sandbox.rows("sales", "accounts") == []


def test_credentials_lie_beside_the_state_for_the_owner_alone(tmp_path: Path) -> None:
    with running_sandbox("--empty", "--state", str(tmp_path / "state")) as sandbox:
        path = Path(str(sandbox.readiness["credentials_file"]))
        assert path.parent == tmp_path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_data_come_from_a_directory(tmp_path: Path) -> None:
    (tmp_path / "finance_operations").mkdir()
    (tmp_path / "finance_operations" / "LegalEntities.json").write_text('[{"LegalEntityId": "frmf"}]')
    with running_sandbox("--data", str(tmp_path)) as sandbox:
        assert [row["LegalEntityId"] for row in sandbox.rows("finance_operations", "LegalEntities")] == ["frmf"]


def test_plain_http_beyond_loopback_is_refused() -> None:
    assert "Plain http is served on loopback only" in refused("--host", "192.0.2.1", "--empty")


def test_data_that_are_not_there_are_refused() -> None:
    assert "nothing.json: no such file" in refused("--data", "nothing.json")


def test_data_that_do_not_fit_leave_no_state_behind(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"sales": {"acounts": [{}]}}')
    message = refused("--data", str(tmp_path / "data.json"), "--state", str(tmp_path / "state"))
    assert "nearest: accounts" in message
    assert not (tmp_path / "state").exists()


def test_a_port_out_of_range_is_refused() -> None:
    assert "'70000' is not a port number" in refused("--port", "70000")
