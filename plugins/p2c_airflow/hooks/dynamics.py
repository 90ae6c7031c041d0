"""What the hooks of both systems have in common: sign-in, transport and the Test button."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import Connection
from airflow.sdk.log import mask_secret
from requests import Session

from p2c.errors import ConfigurationError, IntegrationError
from p2c.systems.odata.addresses import checked_url
from p2c.systems.odata.credentials import Credentials
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.shared_pause import SharedPauses
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import WaitLimits
from p2c.systems.odata.tokens import TokenSource
from p2c_airflow.hooks.transport import BearerAuth, timeout, transport

ENTRA_TOKEN_URL = "https://login.microsoftonline.com/{tenant_id}/oauth2/v2.0/token"  # noqa: S105 - an address
#: A person waits for the Test button.
TEST_LIMITS = WaitLimits(longest_wait=5, total_wait=10, attempts=2)


class MaskedTokenSource(TokenSource):
    """Hands out tokens that Airflow's logs show as asterisks."""

    _masked = ""

    def token(self) -> str:
        token = super().token()
        if token != self._masked:
            mask_secret(token)
            self._masked = token
        return token


class DynamicsHook(HttpHook):
    """A connection to one Dynamics 365 environment, signed in by Entra client credentials.

    :param conn_id: the Airflow connection
    :param connections: connections the transport keeps open, at least one per parallel request
    """

    conn_name_attr = "conn_id"
    service_root: ClassVar[str]

    def __init__(self, conn_id: str = "", connections: int = 10) -> None:
        self.conn_id = conn_id or self.default_conn_name
        super().__init__(method="GET", http_conn_id=self.conn_id)
        self.connections = connections

    @cached_property
    def connection(self) -> Connection:
        """The Airflow connection; its secrets are masked in logs."""
        connection = self.get_connection(self.conn_id)
        for secret in (connection.password, connection.extra_dejson.get("certificate_password")):
            if secret:
                mask_secret(secret)
        return connection

    @cached_property
    def environment(self) -> str:
        """Scheme and host of the environment; raises ConfigurationError."""
        host, port = self.connection.host or "", self.connection.port
        if not host:
            raise ConfigurationError(f"The connection {self.conn_id} has no environment URL.")
        parts = urlsplit(host if "://" in host else f"{self.connection.schema or 'https'}://{host}")
        url = f"{parts.scheme}://{parts.netloc}" + (f":{port}" if port and not parts.port else "")
        return checked_url(url, f"The environment URL of the connection {self.conn_id}")

    @cached_property
    def credentials(self) -> Credentials:
        """What the connection signs in with; raises ConfigurationError."""
        extra, environment = self.connection.extra_dejson, self.environment
        try:
            return Credentials(
                client_id=self.connection.login or "",
                token_url=extra.get("token_url") or self._entra_token_url(extra),
                scope=extra.get("scope") or f"{environment}/.default",
                client_secret=self.connection.password or "",
                certificate=extra.get("certificate_file") or "",
                certificate_password=extra.get("certificate_password") or "",
            )
        except ConfigurationError as error:
            raise ConfigurationError(f"Connection {self.conn_id}: {error.message}") from None

    def _entra_token_url(self, extra: dict[str, Any]) -> str:
        if not extra.get("tenant_id"):
            raise ConfigurationError("enter the tenant ID, or a token URL.")
        return ENTRA_TOKEN_URL.format(tenant_id=extra["tenant_id"])

    @cached_property
    def tokens(self) -> TokenSource:
        """Our tokens for the environment; raises ConfigurationError."""
        return MaskedTokenSource(self.credentials, transport(self.connection.extra_dejson, connections=1))

    def get_conn(self, headers: dict[Any, Any] | None = None, extra_options: dict[str, Any] | None = None) -> Session:
        """A transport that signs requests to the environment with our token, and only them.

        Of the extras it honours proxy, verify, cert, max_redirects and trust_env; none becomes a header, and the client
        secret never becomes Basic auth, as in the base class.
        """
        session = transport(self.connection.extra_dejson | (extra_options or {}), self.connections)
        session.headers.update(headers or {})
        session.auth = BearerAuth(self.tokens, self.environment)
        self._set_base_url(self.connection)
        return session

    def _set_base_url(self, connection: Connection) -> None:
        self.base_url = f"{self.environment}{self.service_root}"
        self._base_url_initialized = True

    def odata(
        self,
        limits: WaitLimits | None = None,
        statistics: Statistics | None = None,
        pauses: SharedPauses | None = None,
    ) -> ODataSession:
        """A session with the environment's OData service; raises ConfigurationError.

        It counts in `statistics`; without `pauses` it keeps to no pause but its own.
        """
        session = self.get_conn()
        limits, allowed = limits or WaitLimits(), timeout(self.connection.extra_dejson)
        return ODataSession(
            self.base_url,
            self.tokens,
            transport=session,
            timeout=replace(allowed, read=min(allowed.read, limits.silence or allowed.read)),
            limits=limits,
            statistics=statistics,
            pauses=pauses,
        )

    def test_connection(self) -> tuple[bool, str]:
        """Sign in and make one request that needs our user; say what to do where it fails."""
        try:
            return True, self.greeting(self.odata(TEST_LIMITS))
        except IntegrationError as error:
            return False, str(error)

    def greeting(self, session: ODataSession) -> str:
        """What the environment says to whoever signs in; raises IntegrationError."""
        raise NotImplementedError
