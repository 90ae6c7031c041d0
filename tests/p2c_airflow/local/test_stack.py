from __future__ import annotations

import json
import socket
from pathlib import Path

import psutil
import pytest
import requests

from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.home import Home
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.state import Running


@pytest.mark.airflow
def test_a_started_stack_runs_the_sandbox_and_four_components(stack: Stack) -> None:
    running = Running.read(stack.home)
    assert running
    assert running.is_whole()
    assert {session.name for session in running.sessions} == {
        "api-server",
        "dag-processor",
        "sandbox",
        "scheduler",
        "triggerer",
    }


@pytest.mark.airflow
def test_the_sandbox_gives_tokens_to_the_client_of_the_connections(stack: Stack) -> None:
    connection = json.loads(stack.environment["AIRFLOW_CONN_DYNAMICS_SALES"])
    form = {
        "grant_type": "client_credentials",
        "client_id": connection["login"],
        "client_secret": connection["password"],
        "scope": f"{connection['host']}/.default",
    }
    response = requests.post(connection["extra"]["token_url"], data=form, timeout=20)
    assert response.json()["token_type"] == "Bearer"


@pytest.mark.airflow
def test_everything_listens_on_loopback_only(stack: Stack) -> None:
    running = Running.read(stack.home)
    assert running
    processes = [process for session in running.sessions for process in session.members()]
    addresses = {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


@pytest.mark.airflow
def test_no_secret_of_the_stack_is_in_a_log(stack: Stack) -> None:
    secrets = set(vars(stack.secrets).values()) - {stack.secrets.client_id, stack.secrets.tenant_id}
    logs = [path for folder in (stack.home.logs, stack.home.airflow / "logs") for path in folder.rglob("*.log")]
    assert logs
    assert [path.name for path in logs if any(secret in path.read_text(errors="replace") for secret in secrets)] == []


def test_a_sandbox_that_cannot_start_is_named_with_the_end_of_its_log(home: Home) -> None:
    home.prepare()
    (home.path / "sandbox.sqlite").write_text("not a database" * 100)
    stack = Stack(home)
    try:
        with pytest.raises(LocalStackError, match=r"(?s)sandbox ended with exit code \d+\. .*file is not a database"):
            stack.start()
    finally:
        stack.stop()
    assert not home.state_file.exists()


def test_a_port_that_was_taken_meanwhile_is_named(home: Home) -> None:
    stack = Stack(home)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", stack.ports.sandbox))
        listener.listen()
        try:
            with pytest.raises(LocalStackError, match=r"(?s)sandbox ended .*already in use"):
                stack.start()
        finally:
            stack.stop()


def test_a_stack_that_was_stopped_leaves_no_process(home: Home, tmp_path: Path) -> None:
    stack = Stack(home)
    (home.airflow / "migrated").write_text("another version")
    (home.airflow / "airflow.db").write_text("not a database" * 100)
    try:
        with pytest.raises(LocalStackError, match="migrate ended with exit code"):
            stack.start()
        running = Running.read(home)
    finally:
        stack.stop()
    assert running
    assert running.is_gone()
