"""What a connection's fields become, and what they never become."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from airflow.sdk._shared.secrets_masker import redact
from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c.errors import ConfigurationError, TransientError
from p2c.systems.odata.throttle import WaitLimits
from p2c_airflow.hooks.finance_operations import FinanceOperationsHook
from p2c_airflow.hooks.sales import SalesHook

COMPLETE = {
    "host": "https://contoso.crm.dynamics.com/main.aspx?appid=1",
    "login": "client",
    "password": "secret",
    "extra": {"tenant_id": "tenant"},
}


def sales(connect: Connect, **changes: object) -> SalesHook:
    connect("dynamics_sales", **COMPLETE | changes)
    return SalesHook()


def test_the_environment_is_scheme_and_host_of_whatever_address_is_given(connect: Connect) -> None:
    assert sales(connect).environment == "https://contoso.crm.dynamics.com"


def test_a_host_without_scheme_is_reached_by_https(connect: Connect) -> None:
    assert sales(connect, host="contoso.crm.dynamics.com").environment == "https://contoso.crm.dynamics.com"


def test_a_port_of_its_own_is_kept(connect: Connect) -> None:
    assert sales(connect, host="https://gateway", port=8443).environment == "https://gateway:8443"


def test_plain_http_to_a_remote_host_is_refused(connect: Connect) -> None:
    with pytest.raises(ConfigurationError, match="plain http"):
        _ = sales(connect, host="http://contoso.crm.dynamics.com").environment


def test_a_connection_without_address_says_so(connect: Connect) -> None:
    done, message = sales(connect, host="").test_connection()
    assert not done
    assert message == "The connection dynamics_sales has no environment URL."


def test_the_token_is_asked_of_entra_for_the_environment_unless_told_otherwise(connect: Connect) -> None:
    credentials = sales(connect).credentials
    assert credentials.token_url == "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
    assert credentials.scope == "https://contoso.crm.dynamics.com/.default"


def test_a_connection_without_tenant_and_token_url_says_so(connect: Connect) -> None:
    with pytest.raises(ConfigurationError, match="dynamics_sales: enter the tenant ID"):
        _ = sales(connect, extra={}).credentials


def test_a_connection_needs_a_secret_or_a_certificate(connect: Connect) -> None:
    with pytest.raises(ConfigurationError, match="secret or a certificate"):
        _ = sales(connect, password="").credentials


def test_a_certificate_takes_the_place_of_the_secret(connect: Connect, tmp_path: Path) -> None:
    extra = {"tenant_id": "tenant", "certificate_file": str(tmp_path / "client.pem")}
    assert sales(connect, password="", extra=extra).credentials.certificate == str(tmp_path / "client.pem")


def test_no_extra_becomes_a_header(connect: Connect) -> None:
    plain = sales(connect).get_conn().headers
    extra = {"tenant_id": "tenant", "X-Debug": "1", "Authorization": "Basic abc", "headers": {"X-More": "1"}}
    assert sales(connect, extra=extra).get_conn().headers == plain


def test_secret_and_token_are_masked_in_logs(demo_sandbox: Sandbox, system_connections: None) -> None:
    token = FinanceOperationsHook().tokens.token()
    assert redact(f"{token} {demo_sandbox.client_secret}") == "*** ***"


def test_the_hook_signs_requests_of_its_base_class_by_our_token_alone(
    demo_sandbox: Sandbox, system_connections: None
) -> None:
    answer = FinanceOperationsHook().run("LegalEntities", headers={"Accept": "application/json"})
    assert answer.request.headers["Authorization"].startswith("Bearer ")
    assert answer.json()["value"]


def test_no_request_but_the_token_request_carries_a_credential(
    demo_sandbox: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a login of ~/.netrc nor an extra of the connection finds its way into a request."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password netrc-secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    connect("dynamics_finops", **sandbox_connection(demo_sandbox, trust_env=True, api_key="extra-secret"))

    hook = FinanceOperationsHook()
    assert hook.client().companies()
    assert hook.run("LegalEntities")

    seen = demo_sandbox.requests_seen()
    basic = base64.b64encode(f"{demo_sandbox.client_id}:{demo_sandbox.client_secret}".encode()).decode()
    carrying = [request for request in seen if request.get("credential_fields")]
    assert {request["path"] for request in carrying} == {demo_sandbox.token_url.removeprefix(demo_sandbox.origin)}
    assert len(seen) > len(carrying)
    for secret in ("netrc-secret", "extra-secret", basic, demo_sandbox.client_secret):
        assert secret not in json.dumps(seen)


def test_limits_may_allow_less_silence_than_the_connection(system_connections: None, sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": {"path": "WhoAmI"}, "action": {"delay_seconds": 2}})
    session = SalesHook().odata(WaitLimits(attempts=1, silence=0.2))
    with pytest.raises(TransientError):
        session.request("GET", "WhoAmI", repeatable=True)
