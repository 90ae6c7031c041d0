"""What this client proves its identity with: a secret or a certificate of an Entra app registration."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError
from p2c.systems.odata.addresses import checked_url

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Client credentials for one system: exactly one of ``client_secret`` and ``certificate``.

    ``certificate`` is PEM text, or the path of a PEM file, with the certificate and its RSA private key. ``scope`` is
    ``<environment URL>/.default``. Raises ConfigurationError.
    """

    client_id: str
    token_url: str
    scope: str
    client_secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    certificate_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        checked_url(self.token_url, "Token URL")
        for name in ("client_id", "scope"):
            if not getattr(self, name):
                raise ConfigurationError(f"The connection has no {name}.")
        if bool(self.client_secret) == bool(self.certificate):
            raise ConfigurationError("The connection needs a client secret or a certificate, exactly one of the two.")

    def form(self) -> dict[str, str]:
        """The body of a token request (Microsoft docs: OAuth 2.0 client credentials flow)."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "scope": self.scope}
        if self.client_secret:
            return form | {"client_secret": self.client_secret}
        return form | {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self._assertion()}

    def _assertion(self) -> str:
        """A signed JWT (Microsoft docs: Application authentication certificate credentials)."""
        import jwt
        from cryptography.hazmat.primitives import hashes

        key, certificate = self._key_and_certificate()
        now = datetime.now(UTC)
        claims = {
            "aud": self.token_url,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": str(uuid.uuid4()),
            "nbf": now - _ASSERTION_LIFE / 2,
            "exp": now + _ASSERTION_LIFE,
        }
        # SHA-1 only names the certificate here, as the protocol wants; it protects nothing
        thumbprint = certificate.fingerprint(hashes.SHA1())  # noqa: S303
        return jwt.encode(claims, key, algorithm="RS256", headers={"x5t": _base64url(thumbprint)})

    def _key_and_certificate(self) -> tuple[RSAPrivateKey, x509.Certificate]:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        pem = self._pem()
        try:
            certificate = x509.load_pem_x509_certificate(pem)
            key = load_pem_private_key(pem, self.certificate_password.encode() or None)
        except (ValueError, TypeError):
            # the library's own words may quote the PEM
            raise ConfigurationError(
                "The certificate is not readable: give PEM with both CERTIFICATE and PRIVATE KEY, and the key's "
                "password if it has one."
            ) from None
        if not isinstance(key, RSAPrivateKey):
            raise ConfigurationError("The certificate's private key is no RSA key; Entra signs in with RSA only.")
        return key, certificate

    def _pem(self) -> bytes:
        if "-----BEGIN" in self.certificate:
            return self.certificate.encode()
        try:
            return Path(self.certificate).read_bytes()
        except (OSError, ValueError):
            raise ConfigurationError(
                "The certificate is neither PEM text nor the path of a readable PEM file."
            ) from None


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
