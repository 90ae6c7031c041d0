from __future__ import annotations

import base64
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fixtures.certificates import pem_of

from p2c.errors import ConfigurationError
from p2c.systems.odata.credentials import ASSERTION_TYPE, Credentials

TOKEN_URL = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
SCOPE = "https://contoso.crm4.dynamics.com/.default"


def credentials(**changes: str) -> Credentials:
    return Credentials(**({"client_id": "client", "token_url": TOKEN_URL, "scope": SCOPE} | changes))


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_a_secret_goes_into_the_form() -> None:
    assert credentials(client_secret="hush").form() == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "scope": SCOPE,
        "client_secret": "hush",
    }


def test_a_certificate_signs_an_assertion_that_names_it(key: rsa.RSAPrivateKey) -> None:
    pem = pem_of(key)
    form = credentials(certificate=pem).form()
    claims = jwt.decode(form["client_assertion"], key.public_key(), algorithms=["RS256"], audience=TOKEN_URL)
    header = jwt.get_unverified_header(form["client_assertion"])
    thumbprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1())  # noqa: S303 as the protocol wants
    assert form["client_assertion_type"] == ASSERTION_TYPE
    assert "client_secret" not in form
    assert (claims["iss"], claims["sub"]) == ("client", "client")
    assert base64.urlsafe_b64decode(header["x5t"] + "=") == thumbprint


def test_each_assertion_is_a_new_one(key: rsa.RSAPrivateKey) -> None:
    source = credentials(certificate=pem_of(key))
    assert source.form()["client_assertion"] != source.form()["client_assertion"]


def test_a_certificate_may_be_a_file(key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    path = tmp_path / "client.pem"
    path.write_text(pem_of(key))
    assert "client_assertion" in credentials(certificate=str(path)).form()


def test_a_key_with_a_password_is_opened(key: rsa.RSAPrivateKey) -> None:
    pem = pem_of(key, b"open sesame")
    assert "client_assertion" in credentials(certificate=pem, certificate_password="open sesame").form()


def test_a_wrong_password_is_told_without_showing_it_or_the_key(key: rsa.RSAPrivateKey) -> None:
    pem = pem_of(key, b"open sesame")
    with pytest.raises(ConfigurationError, match="the key's password") as raised:
        credentials(certificate=pem, certificate_password="wrong one").form()
    assert "wrong one" not in str(raised.value)
    assert pem[40:80] not in str(raised.value)


def test_a_missing_file_is_told_without_showing_what_was_given() -> None:
    with pytest.raises(ConfigurationError, match="neither PEM text nor the path"):
        credentials(certificate="/nowhere/client.pem").form()


def test_a_key_that_is_not_rsa_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no RSA key"):
        credentials(certificate=pem_of(ec.generate_private_key(ec.SECP256R1()))).form()


@pytest.mark.parametrize("given", [{}, {"client_secret": "a", "certificate": "b"}])
def test_exactly_one_of_secret_and_certificate_is_wanted(given: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="exactly one"):
        credentials(**given)


@pytest.mark.parametrize("name", ["client_id", "scope"])
def test_a_missing_part_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        credentials(**{"client_secret": "a", name: ""})


def test_plain_http_to_a_remote_token_service_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Token URL"):
        credentials(client_secret="a", token_url="http://login.contoso.com/token")


def test_no_secret_is_in_the_text_of_credentials() -> None:
    shown = repr(credentials(client_secret="hush")) + repr(credentials(certificate="pem", certificate_password="word"))
    assert not [word for word in ("hush", "pem", "word") if word in shown]
