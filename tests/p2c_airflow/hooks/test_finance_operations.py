"""The connection to Finance and Operations, against the sandbox."""

from __future__ import annotations

from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c_airflow.hooks.finance_operations import FinanceOperationsHook


def test_the_test_button_lists_the_legal_entities(demo_sandbox: Sandbox, system_connections: None) -> None:
    done, message = FinanceOperationsHook().test_connection()
    assert done, message
    assert message.startswith(f"Signed in to {demo_sandbox.origin}. Legal entities: ")
    assert "demf" in message
    assert "usmf" in message


def test_an_environment_without_a_visible_company_is_noticed(sandbox: Sandbox, system_connections: None) -> None:
    done, message = FinanceOperationsHook().test_connection()
    assert done
    assert "sees no legal entity" in message


def test_a_wrong_secret_is_explained(demo_sandbox: Sandbox, connect: Connect) -> None:
    connect("dynamics_finops", **sandbox_connection(demo_sandbox) | {"password": "wrong"})
    done, message = FinanceOperationsHook().test_connection()
    assert not done
    assert "the client secret is wrong" in message
