from __future__ import annotations

from pathlib import Path

from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c.check.preflight import Status
from p2c_airflow.preflight import preflight


def test_the_environment_id_of_the_connection_is_held_against_the_one_that_answers(
    installation: Path, demo_sandbox: Sandbox, connect: Connect
) -> None:
    connect("dynamics_sales", **sandbox_connection(demo_sandbox, environment_id="another"))
    found = {line.title: line for line in preflight()}
    assert found["Environment ids of Sales"].status is Status.FAILED


def test_a_connection_that_is_not_there_is_a_failed_sign_in(
    installation: Path, connect: Connect, demo_sandbox: Sandbox
) -> None:
    connect("dynamics_finops", login="somebody")
    found = {line.title: line for line in preflight()}
    assert found["Sign-in to Sales"].status is Status.PASSED
    assert "dynamics_finops has no environment URL" in found["Sign-in to F&O"].text
