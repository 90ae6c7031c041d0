"""Access tokens of Entra by the client credentials flow, kept until shortly before they expire."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

from p2c.errors import AmbiguousError, ConfigurationError, IntegrationError, SignInError, TransientError
from p2c.systems.odata.addresses import host_of
from p2c.systems.odata.sign_in import advice_for
from p2c.systems.odata.transport import Timeout, exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from p2c.systems.odata.credentials import Credentials
    from p2c.systems.odata.response import Response

TOKEN_TIMEOUT = Timeout(connect=10, read=30)
LONGEST_MARGIN = 300.0
_ATTEMPTS = 3


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: int | str = 3600


# made before threads are: two that make one of the same type at a time crash msgspec 0.22
_GRANT = msgspec.json.Decoder(_Grant)


class _Denial(msgspec.Struct):
    error: str = ""
    error_description: str = ""


# made before threads are: two that make one of the same type at a time crash msgspec 0.22
_DENIAL = msgspec.json.Decoder(_Denial)


@dataclass(frozen=True)
class _Token:
    text: str = field(repr=False)
    renew_at: float


class TokenSource:
    """Hands out one token to all threads; one thread renews it while the others wait.

    A token is renewed a tenth of its life, at most five minutes, before the server's ``expires_in`` runs out, judged by
    a monotonic clock, so that a wrong wall clock does not matter.
    """

    def __init__(
        self,
        credentials: Credentials,
        transport: requests.Session,
        *,
        timeout: Timeout = TOKEN_TIMEOUT,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._transport = transport
        self._timeout = timeout
        self._wait = wait
        self._clock = clock
        self._lock = Lock()
        self._token: _Token | None = None

    def token(self) -> str:
        """A token that is good for a while; raises SignInError, ConfigurationError or TransientError."""
        with self._lock:
            if self._token is None or self._clock() >= self._token.renew_at:
                self._token = self._requested()
            return self._token.text

    def invalidate(self, token: str) -> None:
        """Forget ``token``, which a system did not accept; a newer one stays, so a burst of 401 costs one renewal."""
        with self._lock:
            if self._token is not None and self._token.text == token:
                self._token = None

    def _requested(self) -> _Token:
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(multiplier=0.5, max=5) + wait_random(0, 0.5),
            sleep=self._wait,
            reraise=True,
        )
        return retrying(self._request)

    def _request(self) -> _Token:
        asked_at = self._clock()
        response = self._exchange()
        if response.status != 200:
            raise self._denied(response)
        grant = _read_grant(response)
        life = float(grant.expires_in)
        return _Token(grant.access_token, asked_at + life - min(LONGEST_MARGIN, life / 10))

    def _exchange(self) -> Response:
        try:
            return exchange(
                self._transport,
                "POST",
                self._credentials.token_url,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                body=urlencode(self._credentials.form()).encode(),
                timeout=self._timeout,
                clock=self._clock,
            )
        except AmbiguousError as error:
            # asking for a token twice does no harm; the request it was meant for was not sent
            raise TransientError(error.message, evidence=error.evidence) from error

    def _denied(self, response: Response) -> IntegrationError:
        host = host_of(response.url)
        if response.status in (408, 429) or response.status >= 500:
            return TransientError(f"The token service {host} is out of order.", evidence=response.evidence())
        try:
            denial = _DENIAL.decode(response.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ConfigurationError(
                f"{host} does not answer as a token service: check the token URL.", evidence=response.evidence()
            )
        found = re.search(r"AADSTS\d+", denial.error_description)
        code = found.group() if found else denial.error
        return SignInError(
            f"The token service {host} refuses the client {self._credentials.client_id}: {advice_for(code)}",
            evidence=response.evidence(code=code),
        )


def _read_grant(response: Response) -> _Grant:
    try:
        grant = _GRANT.decode(response.body)
        float(grant.expires_in)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        # the body may hold a token: no excerpt
        raise ConfigurationError(
            f"{host_of(response.url)} does not answer as a token service: check the token URL.",
            evidence=response.evidence(),
        ) from None
    return grant
