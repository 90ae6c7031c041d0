"""Airflow's REST API, asked of a real Airflow."""

from __future__ import annotations

import pytest

from p2c_airflow.local.api import AirflowApi
from p2c_airflow.local.environment import Ports
from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.stack import Stack

pytestmark = pytest.mark.airflow


def test_a_healthy_airflow_names_its_four_components(stack: Stack) -> None:
    assert stack.api.health() == dict.fromkeys(("dag_processor", "metadatabase", "scheduler", "triggerer"), "healthy")


def test_an_airflow_that_does_not_answer_has_no_health() -> None:
    assert AirflowApi(Ports.free().airflow_url, "admin", "").health() == {}


def test_a_request_without_an_answer_says_which() -> None:
    with pytest.raises(LocalStackError, match="Airflow did not answer POST /auth/token"):
        AirflowApi(Ports.free().airflow_url, "admin", "").dag("accounts")


def test_a_dag_that_was_never_parsed_is_none(stack: Stack) -> None:
    assert stack.api.dag("quotes_of_mars") is None


def test_a_dag_folder_without_mistakes_has_no_import_errors(stack: Stack) -> None:
    assert stack.api.import_errors() == []


def test_a_wrong_password_is_refused_by_name(stack: Stack) -> None:
    api = AirflowApi(stack.ports.airflow_url, "admin", "guessed")
    with pytest.raises(LocalStackError, match="Airflow answered 401 to POST /auth/token"):
        api.dag("accounts")


def test_a_request_that_airflow_refuses_says_which_and_why(stack: Stack) -> None:
    with pytest.raises(LocalStackError, match=r"Airflow answered 404 to POST /api/v2/dags/absent/dagRuns: .*absent"):
        stack.api.trigger("absent")
