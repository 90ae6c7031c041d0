from __future__ import annotations

import json
import socket

import pytest
from sqlalchemy import create_engine

from p2c_airflow.local.environment import LOCK_SECONDS, Ports, stack_environment
from p2c_airflow.local.home import Home

PORTS = Ports(airflow=8001, sandbox=8002)


@pytest.fixture
def environment(home: Home) -> dict[str, str]:
    return stack_environment(home, home.prepare(), PORTS)


def test_ports_are_two_that_can_be_listened_on() -> None:
    ports = Ports.free()
    with socket.socket() as airflow, socket.socket() as sandbox:
        airflow.bind(("127.0.0.1", ports.airflow))
        sandbox.bind(("127.0.0.1", ports.sandbox))


def test_airflow_finds_its_execution_api_at_the_chosen_port(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__API__PORT"] == "8001"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8001"


def test_airflow_listens_on_loopback_only(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_airflows_programs_wait_for_one_another_to_write(environment: dict[str, str]) -> None:
    engine = create_engine(environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == LOCK_SECONDS * 1000
    engine.dispose()


def test_the_callers_own_airflow_settings_do_not_reach_the_stack(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_DYNAMICS_SALES_ARCHIVE", "http://example.com")
    environment = stack_environment(home, home.prepare(), PORTS)
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW_CONN_DYNAMICS_SALES_ARCHIVE" not in environment


@pytest.mark.parametrize("name", ["DYNAMICS_SALES", "DYNAMICS_FINOPS"])
def test_both_systems_are_the_sandbox_with_its_client(name: str, environment: dict[str, str]) -> None:
    connection = json.loads(environment[f"AIRFLOW_CONN_{name}"])
    assert connection["host"] == "http://127.0.0.1:8002"
    assert connection["login"] == environment["P2C_SANDBOX_CLIENT_ID"]
    assert connection["password"] == environment["P2C_SANDBOX_CLIENT_SECRET"]
    tenant = environment["P2C_SANDBOX_TENANT_ID"]
    assert connection["extra"]["token_url"] == f"http://127.0.0.1:8002/{tenant}/oauth2/v2.0/token"


def test_the_common_data_service_lies_in_the_home(home: Home, environment: dict[str, str]) -> None:
    connection = json.loads(environment["AIRFLOW_CONN_COMMON_DATA_SERVICE"])
    assert connection["extra"]["sqlite_file"].startswith(str(home.path))


def test_every_connection_uses_only_fields_of_its_type(environment: dict[str, str]) -> None:
    from p2c_airflow.connections import connection_types

    fields = {kind["connection-type"]: set(kind["conn-fields"]) for kind in connection_types()}
    connections = [json.loads(value) for name, value in environment.items() if name.startswith("AIRFLOW_CONN_")]
    assert [c["conn_type"] for c in connections if not set(c["extra"]) <= fields[c["conn_type"]]] == []


def test_a_slot_is_free_a_second_after_its_task_at_the_latest(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL"] == "1"
