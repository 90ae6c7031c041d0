from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from fixtures.certificates import pem_of
from fixtures.sandbox import Sandbox
from fixtures.scripted_server import Answer, ManualTime, ScriptedServer

from p2c.errors import ConfigurationError, SignInError, TransientError
from p2c.systems.odata.credentials import Credentials
from p2c.systems.odata.tokens import TokenSource

SECRET = "the-client-secret"


def grant(token: str, expires_in: int | str = 3600) -> Answer:
    return Answer(body={"access_token": token, "expires_in": expires_in})


def denial(description: str, status: int = 401) -> Answer:
    return Answer(status, {"error": "invalid_client", "error_description": description})


def test_a_token_is_kept_until_shortly_before_it_expires(
    server: ScriptedServer, tokens: TokenSource, time: ManualTime
) -> None:
    server.token_answers.extend([grant("one"), grant("two")])
    seen = []
    for moment in (1000, 1000 + 3299, 1000 + 3300):
        time.now = moment
        seen.append(tokens.token())
    assert seen == ["one", "one", "two"]


def test_a_short_lived_token_is_renewed_a_tenth_before_its_end(
    server: ScriptedServer, tokens: TokenSource, time: ManualTime
) -> None:
    server.token_answers.extend([grant("one", "100"), grant("two")])
    seen = []
    for moment in (1000, 1089, 1090):
        time.now = moment
        seen.append(tokens.token())
    assert seen == ["one", "one", "two"]


def test_threads_share_one_renewal(server: ScriptedServer, tokens: TokenSource) -> None:
    barrier = Barrier(16)

    def ask(_: int) -> str:
        barrier.wait(5)
        return tokens.token()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(ask, range(16))) == {"token-1"}
    assert len(server.token_requests) == 1


def test_a_burst_of_rejections_costs_one_renewal(server: ScriptedServer, tokens: TokenSource) -> None:
    rejected = tokens.token()

    def renew(_: int) -> str:
        tokens.invalidate(rejected)
        return tokens.token()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(renew, range(50))) == {"token-2"}
    assert len(server.token_requests) == 2


def test_a_service_out_of_order_for_a_moment_is_asked_again(server: ScriptedServer, tokens: TokenSource) -> None:
    server.token_answers.extend([Answer(503), Answer(reset=True), grant("one")])
    assert tokens.token() == "one"


def test_a_service_out_of_order_is_a_transient_error(server: ScriptedServer, tokens: TokenSource) -> None:
    server.token_answers.extend([Answer(reset=True)] * 3)
    with pytest.raises(TransientError) as raised:
        tokens.token()
    assert type(raised.value) is TransientError


def test_a_wrong_secret_is_named_by_its_code_and_never_shown(server: ScriptedServer, tokens: TokenSource) -> None:
    server.token_answers.append(denial(f"AADSTS7000215: Invalid client secret provided: {SECRET}"))
    with pytest.raises(SignInError, match="Enter the secret's value") as raised:
        tokens.token()
    assert raised.value.evidence.code == "AADSTS7000215"
    assert SECRET not in str(raised.value)
    assert len(server.token_requests) == 1


def test_a_host_that_is_no_token_service_is_a_configuration_error(server: ScriptedServer, tokens: TokenSource) -> None:
    server.token_answers.append(Answer(404, b"<html>", {"Content-Type": "text/html"}))
    with pytest.raises(ConfigurationError, match="check the token URL"):
        tokens.token()


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"access_token":"t","expires_in":"soon"}'])
def test_an_answer_without_token_is_a_configuration_error(
    server: ScriptedServer, tokens: TokenSource, body: bytes
) -> None:
    server.token_answers.append(Answer(body=body))
    with pytest.raises(ConfigurationError, match="check the token URL"):
        tokens.token()


def test_the_sandbox_hands_out_a_token(sandbox: Sandbox, transport: requests.Session) -> None:
    assert _sandbox_tokens(sandbox, transport, sandbox.client_secret).token()


def test_the_sandbox_refuses_a_wrong_secret(sandbox: Sandbox, transport: requests.Session) -> None:
    with pytest.raises(SignInError, match="secret is wrong") as raised:
        _sandbox_tokens(sandbox, transport, "mistyped-secret").token()
    assert raised.value.evidence.code == "AADSTS7000215"
    assert "mistyped-secret" not in str(raised.value)


def test_the_sandbox_accepts_a_certificate(sandbox: Sandbox, transport: requests.Session) -> None:
    pem = pem_of(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    sandbox.settings(entra={"certificate": pem[pem.index("-----BEGIN CERTIFICATE") :]})
    credentials = Credentials(
        client_id=sandbox.client_id,
        certificate=pem,
        token_url=sandbox.token_url,
        scope=f"{sandbox.origin}/.default",
    )
    assert TokenSource(credentials, transport).token()


def _sandbox_tokens(sandbox: Sandbox, transport: requests.Session, secret: str) -> TokenSource:
    scope = f"{sandbox.origin}/.default"
    credentials = Credentials(
        client_id=sandbox.client_id, client_secret=secret, token_url=sandbox.token_url, scope=scope
    )
    return TokenSource(credentials, transport)
