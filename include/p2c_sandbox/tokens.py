"""Microsoft Entra's token endpoint for client credentials, and the check of bearer tokens.

Tokens are opaque: neither system's client may look into them. Error codes and bodies as on the Microsoft docs page
"Microsoft Entra authentication and authorization error codes".
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography import x509

from p2c_sandbox.clock import Clock
from p2c_sandbox.credentials import Credentials
from p2c_sandbox.messages import Request, Response, json_response
from p2c_sandbox.settings import EntraSettings

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TENANT_DOMAIN = "contoso.onmicrosoft.com"
MAXIMUM_TOKENS = 10_000


class EntraError(Exception):
    """A refusal of the token endpoint: HTTP status, OAuth error, AADSTS code and text."""

    def __init__(self, status: int, error: str, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.code = status, error, code


@dataclass(frozen=True)
class Token:
    """One access token: whom it was issued to, for which resource, until when."""

    audience: str
    client_id: str
    expires: datetime


class Tokens:
    """Tokens issued so far, in memory: after a restart every client asks anew. Safe to share between threads."""

    def __init__(self, credentials: Credentials, settings: Callable[[], EntraSettings], clock: Clock) -> None:
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._tokens: dict[str, Token] = {}
        self._lock = Lock()

    def answer(self, tenant: str, request: Request) -> Response:
        """Answer a token request of `tenant`."""
        try:
            form = self._authenticated_form(tenant, request)
            return self._issue(_resource(form.get("scope", ""), request.origin), form["client_id"])
        except EntraError as refusal:
            return _refusal(refusal, request)

    def refuse(self, request: Request) -> Response | None:
        """The 401 that `request` deserves, or None if its bearer token is good for the address it was sent to."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            token = self._tokens.get(value.strip()) if scheme.lower() == "bearer" else None
        if token is not None and token.expires > self._clock.now() and _same_host(token.audience, request.origin):
            return None
        reason = "" if token is None else ', error="invalid_token"'
        challenge = f'Bearer authorization_uri="{self._authority(request)}/oauth2/authorize"'
        challenge += f', resource_id="{request.origin}/"{reason}'
        return Response(401, b"", {"www-authenticate": challenge})

    def expire_all(self) -> None:
        """Make every token issued so far worthless."""
        with self._lock:
            self._tokens.clear()

    def discovery(self, tenant: str, request: Request) -> Response:
        """The OpenID document by which Microsoft's authentication library finds the token endpoint."""
        authority = f"{request.origin}/{tenant}"
        return json_response(
            200,
            {
                "issuer": f"{authority}/v2.0",
                "token_endpoint": f"{authority}/oauth2/v2.0/token",
                "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
                "jwks_uri": f"{authority}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            },
        )

    def _authenticated_form(self, tenant: str, request: Request) -> Mapping[str, str]:
        form = _form(request)
        if tenant.lower() not in (self._credentials.tenant_id.lower(), TENANT_DOMAIN):
            raise EntraError(
                400, "invalid_request", 90002, f"Tenant '{tenant}' not found. Check to make sure you have the correct "
                "tenant ID and are signing into the correct cloud."
            )  # fmt: skip
        _require(form, "grant_type", "client_id", "scope")
        if form["grant_type"] != "client_credentials":
            raise EntraError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if form["client_id"].lower() != self._credentials.client_id.lower():
            raise EntraError(
                400, "unauthorized_client", 700016, f"Application with identifier '{form['client_id']}' was not found "
                f"in the directory '{tenant}'."
            )  # fmt: skip
        self._authenticate(form, request)
        return form

    def _authenticate(self, form: Mapping[str, str], request: Request) -> None:
        if "client_assertion" in form:
            self._check_assertion(form, request)
        elif "client_secret" not in form:
            raise EntraError(
                401, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )  # fmt: skip
        elif not hmac.compare_digest(form["client_secret"].encode(), self._credentials.client_secret.encode()):
            raise EntraError(
                401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the "
                "request is the client secret value, not the client secret ID, for a secret added to app "
                f"'{form['client_id']}'.",
            )  # fmt: skip

    def _check_assertion(self, form: Mapping[str, str], request: Request) -> None:
        certificate = self._settings().certificate
        if certificate is None or form.get("client_assertion_type") != ASSERTION_TYPE:
            _refuse_assertion("No certificate is registered for the application, or the assertion type is unknown.")
        try:
            jwt.decode(
                form["client_assertion"],
                x509.load_pem_x509_certificate(certificate.encode()).public_key(),  # type: ignore[arg-type] # RSA or EC
                algorithms=["RS256", "PS256", "ES256"],
                audience=f"{request.origin}{request.path}",
                issuer=form["client_id"],
                options={"require": ["exp", "aud", "iss", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            _refuse_assertion(f"Client assertion failed signature validation or is not valid: {error}.")

    def _issue(self, audience: str, client_id: str) -> Response:
        lifetime = self._settings().token_lifetime_seconds
        value = secrets.token_urlsafe(48)
        expires = self._clock.now() + timedelta(seconds=lifetime)
        with self._lock:
            if len(self._tokens) >= MAXIMUM_TOKENS:
                self._tokens.pop(next(iter(self._tokens)))
            self._tokens[value] = Token(audience, client_id, expires)
        content = {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": value}
        return json_response(200, content, cache_control="no-store, no-cache")

    def _authority(self, request: Request) -> str:
        return f"{request.origin}/{self._credentials.tenant_id}"


def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        _refuse_parameter("grant_type")
    try:
        return dict(parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise EntraError(400, "invalid_request", 90013, "Invalid input received from the user.") from None


def _require(form: Mapping[str, str], *names: str) -> None:
    for name in names:
        if not form.get(name):
            _refuse_parameter(name)


def _refuse_parameter(name: str) -> NoReturn:
    raise EntraError(
        400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
    )


def _refuse_assertion(text: str) -> NoReturn:
    raise EntraError(401, "invalid_client", 700027, text)


def _resource(scope: str, origin: str) -> str:
    resource, found, rest = scope.rpartition("/.default")
    if not found or rest:
        raise EntraError(
            400, "invalid_scope", 1002012, f"The provided value for scope {scope} is not valid. Client credential "
            "flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
        )  # fmt: skip
    if not _same_host(resource, origin):
        raise EntraError(
            400, "invalid_resource", 500011, f"The resource principal named {resource} was not found in the tenant "
            "named Contoso. This can happen if the application has not been installed by the administrator of the "
            "tenant or consented to by any user in the tenant."
        )  # fmt: skip
    return resource


def _same_host(resource: str, origin: str) -> bool:
    try:
        wanted, found = urlsplit(resource), urlsplit(origin)
    except ValueError:
        return False
    return wanted.path == "" and (wanted.scheme, wanted.netloc.lower()) == (found.scheme, found.netloc.lower())


def _refusal(refusal: EntraError, request: Request) -> Response:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = str(uuid.uuid4()), request.headers.get("client-request-id") or str(uuid.uuid4())
    ids = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
    content = {
        "error": refusal.error,
        "error_description": f"AADSTS{refusal.code}: {refusal} {ids}",
        "error_codes": [refusal.code],
        "timestamp": now,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{request.origin}/error?code={refusal.code}",
    }
    return json_response(refusal.status, content)
