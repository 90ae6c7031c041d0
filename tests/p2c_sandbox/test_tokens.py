from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from fixtures.sandbox import Sandbox

from p2c_sandbox.tokens import ASSERTION_TYPE


@pytest.fixture(scope="module")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate_of(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prospect to cash")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def assertion(sandbox: Sandbox, key: rsa.RSAPrivateKey, **changes: object) -> str:
    claims: dict[str, object] = {
        "aud": sandbox.token_url,
        "iss": sandbox.client_id,
        "sub": sandbox.client_id,
        "exp": datetime.now(UTC) + timedelta(minutes=5),
    }
    return jwt.encode(claims | changes, key, algorithm="RS256")


def code(response: requests.Response) -> int:
    found: int = response.json()["error_codes"][0]
    return found


def test_a_token_opens_both_systems(sandbox: Sandbox) -> None:
    answer = sandbox.token()
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert sandbox.finance_operations.get("CustomersV3").status_code == 200


def test_a_wrong_secret_is_refused_as_entra_refuses_it(sandbox: Sandbox) -> None:
    answer = sandbox.token(client_secret="wrong")
    assert answer.status_code == 401
    body = answer.json()
    assert body["error"] == "invalid_client"
    assert body["error_codes"] == [7000215]
    assert body["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")
    assert {"trace_id", "correlation_id", "timestamp", "error_uri"} <= set(body)


def test_a_refusal_repeats_no_secret(sandbox: Sandbox) -> None:
    assert "wrong-secret" not in sandbox.token(client_secret="wrong-secret").text


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"client_id": "unknown"}, 400, 700016),
        ({"client_secret": None}, 401, 7000218),
        ({"scope": None}, 400, 900144),
        ({"scope": "openid"}, 400, 1002012),
        ({"scope": "https://elsewhere.example/.default"}, 400, 500011),
        ({"grant_type": "password"}, 400, 70003),
        ({"grant_type": None}, 400, 900144),
    ],
)
def test_a_faulty_token_request_names_its_fault(
    sandbox: Sandbox, changes: dict[str, str | None], status: int, expected: int
) -> None:
    answer = sandbox.token(**changes)
    assert (answer.status_code, code(answer)) == (status, expected)


def test_a_resource_with_a_trailing_slash_is_another_resource(sandbox: Sandbox) -> None:
    assert code(sandbox.token(scope=f"{sandbox.origin}//.default")) == 500011


def test_an_unknown_tenant_is_refused(sandbox: Sandbox) -> None:
    answer = requests.post(f"{sandbox.origin}/nowhere/oauth2/v2.0/token", data={"grant_type": "x"}, timeout=10)
    assert (answer.status_code, code(answer)) == (400, 90002)


def test_a_json_token_request_is_refused(sandbox: Sandbox) -> None:
    answer = requests.post(sandbox.token_url, json={"grant_type": "client_credentials"}, timeout=10)
    assert (answer.status_code, code(answer)) == (400, 900144)


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic YTpi", "Bearer"])
@pytest.mark.parametrize("path", ["/data/CustomersV3", "/api/data/v9.2/accounts"])
def test_a_call_without_a_good_token_is_challenged(sandbox: Sandbox, path: str, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(sandbox.origin + path, headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_a_token_for_another_host_name_is_refused(sandbox: Sandbox) -> None:
    elsewhere = sandbox.origin.replace("127.0.0.1", "localhost")
    authorization = sandbox.finance_operations.headers["Authorization"]
    answer = requests.get(f"{elsewhere}/data/CustomersV3", headers={"Authorization": authorization}, timeout=10)
    assert answer.status_code == 401


def test_a_token_ends_with_its_lifetime(sandbox: Sandbox) -> None:
    sandbox.settings(entra={"token_lifetime_seconds": 60})
    assert sandbox.finance_operations.get("CustomersV3").status_code == 200
    sandbox.control("POST", "clock", {"shift_seconds": 61})
    assert sandbox.finance_operations.get("CustomersV3").status_code == 401


def test_all_tokens_can_be_made_to_end(sandbox: Sandbox) -> None:
    assert sandbox.finance_operations.get("CustomersV3").status_code == 200
    sandbox.control("POST", "tokens/expire")
    assert sandbox.finance_operations.get("CustomersV3").status_code == 401


def test_an_assertion_signed_by_the_registered_certificate_is_accepted(
    sandbox: Sandbox, signing_key: rsa.RSAPrivateKey
) -> None:
    sandbox.settings(entra={"certificate": certificate_of(signing_key)})
    signed = assertion(sandbox, signing_key)
    answer = sandbox.token(client_secret=None, client_assertion=signed, client_assertion_type=ASSERTION_TYPE)
    assert answer.status_code == 200


@pytest.mark.parametrize("changes", [{"aud": "https://elsewhere.example"}, {"iss": "x"}, {"exp": 1}])
def test_an_assertion_for_something_else_is_refused(
    sandbox: Sandbox, signing_key: rsa.RSAPrivateKey, changes: dict[str, object]
) -> None:
    sandbox.settings(entra={"certificate": certificate_of(signing_key)})
    signed = assertion(sandbox, signing_key, **changes)
    answer = sandbox.token(client_secret=None, client_assertion=signed, client_assertion_type=ASSERTION_TYPE)
    assert (answer.status_code, code(answer)) == (401, 700027)


def test_an_assertion_signed_by_another_key_is_refused(sandbox: Sandbox, signing_key: rsa.RSAPrivateKey) -> None:
    sandbox.settings(entra={"certificate": certificate_of(rsa.generate_private_key(65537, 2048))})
    signed = assertion(sandbox, signing_key)
    answer = sandbox.token(client_secret=None, client_assertion=signed, client_assertion_type=ASSERTION_TYPE)
    assert (answer.status_code, code(answer)) == (401, 700027)


def test_the_openid_configuration_leads_to_the_token_endpoint(sandbox: Sandbox) -> None:
    address = f"{sandbox.origin}/{sandbox.tenant_id}/v2.0/.well-known/openid-configuration"
    assert requests.get(address, timeout=10).json()["token_endpoint"] == sandbox.token_url


def test_the_token_endpoint_answers_post_alone(sandbox: Sandbox) -> None:
    assert requests.get(sandbox.token_url, timeout=10).status_code == 405
