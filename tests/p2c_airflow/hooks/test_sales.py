"""The connection to Sales, against the sandbox."""

from __future__ import annotations

from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c_airflow.hooks.sales import SalesHook


def test_the_test_button_says_who_signed_in(demo_sandbox: Sandbox, system_connections: None) -> None:
    done, message = SalesHook().test_connection()
    assert done, message
    assert message.startswith(f"Signed in to {demo_sandbox.origin} as user ")


def test_the_client_reads_rows(demo_sandbox: Sandbox, system_connections: None) -> None:
    assert SalesHook().client().server_time()


def test_a_wrong_secret_is_explained(demo_sandbox: Sandbox, connect: Connect) -> None:
    connect("dynamics_sales", **sandbox_connection(demo_sandbox) | {"password": "wrong"})
    done, message = SalesHook().test_connection()
    assert not done
    assert "the client secret is wrong" in message
    assert 'wrong"' not in message
