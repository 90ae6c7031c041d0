"""A session with one system: signed requests, limited waits, every answer turned into data or an error of the tree."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from p2c.errors import AmbiguousError, ConfigurationError, ContentionError, ThrottledError, TransientError
from p2c.systems.odata.addresses import (
    checked_url,
    entity_set_of,
    host_of,
    joined,
    redirected,
    same_origin,
    with_parameters,
)
from p2c.systems.odata.classification import error_of
from p2c.systems.odata.messages import DEFAULT_PATTERNS, MessagePatterns
from p2c.systems.odata.shared_pause import SharedPause
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import ThrottleWindow, WaitLimits, given_up, http_date, retry_after
from p2c.systems.odata.transport import Timeout, drop_cookies, exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from p2c.systems.odata.response import Response
    from p2c.systems.odata.shared_pause import SharedPauses
    from p2c.systems.odata.tokens import TokenSource

DEFAULT_HEADERS = {"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}
_REDIRECTS = 3


class ODataSession:
    """Sends requests below ``base_url``; one per system and step, shared by its threads.

    Waits go through ``wait`` (seconds), are bounded by ``limits`` and counted in ``statistics``; in ``pauses`` all
    processes find what one of them was asked for. A request that is not ``repeatable`` is sent again only if it was not
    carried out: refused with 401 or 429, or never sent.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        transport: requests.Session,
        timeout: Timeout = Timeout(),  # noqa: B008 frozen
        limits: WaitLimits = WaitLimits(),  # noqa: B008 frozen
        patterns: MessagePatterns = DEFAULT_PATTERNS,
        statistics: Statistics | None = None,
        pauses: SharedPauses | None = None,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base_url = checked_url(base_url, "URL").rstrip("/") + "/"
        self.patterns = patterns
        self.limits = limits
        self.statistics = statistics or Statistics()
        self._tokens = tokens
        self._transport = transport
        self._timeout = timeout
        self._wait = wait
        self._clock = clock
        self._window = ThrottleWindow(
            limits, self.statistics, SharedPause(self.base_url, pauses), wait=wait, clock=clock
        )
        drop_cookies(transport)

    def request(
        self,
        method: str,
        path_or_url: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        outlast_throttling: bool = True,
    ) -> Response:
        """Send one request and return its successful answer, read whole.

        What cannot be repeated and was refused for contention is raised at once: fewer rows may land.
        An absolute URL of the same host goes out as it stands. Without ``outlast_throttling`` the first ThrottledError
        is raised at once; the pause it asks for still holds for all threads. Raises the errors of ``p2c.errors``.
        """
        url = with_parameters(joined(self.base_url, path_or_url), params)
        all_headers = DEFAULT_HEADERS | dict(headers or {})

        def send() -> Response:
            return self._with_attempts(lambda: self._follow(method, url, all_headers, body, repeatable), repeatable)

        return self._outlasting(send) if outlast_throttling else send()

    def server_time(self, path: str, params: Mapping[str, str] | None = None) -> datetime:
        """The system's clock, aware UTC, from the Date header of a cheap GET of ``path``."""
        response = self.request("GET", path, params=params, repeatable=True)
        moment = http_date(response.headers.get("Date", ""))
        if moment is None:
            raise ConfigurationError(
                f"{host_of(self.base_url)} sends no Date header; windows of time follow the system's clock. "
                "A proxy before it must not remove the header.",
                evidence=response.evidence(),
            )
        return moment

    def pause(self, seconds: float) -> None:
        """Send nothing for ``seconds``, as the answer to a part of a batch asked."""
        self._window.close(seconds)

    def _outlasting(self, send: Callable[[], Response]) -> Response:
        """Repeat ``send`` while the system asks for pauses that are short enough."""
        began = self._clock()
        while True:
            try:
                return send()
            except ThrottledError as error:
                waited = self._clock() - began
                if not self.limits.allow(error.retry_after, waited):
                    raise given_up(error, waited) from error
                self.statistics.count_retry()

    def _with_attempts(self, send: Callable[[], Response], repeatable: bool) -> Response:
        first = self.limits.first_pause
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _may_send_again(error, repeatable)),
            stop=stop_after_attempt(self.limits.attempts),
            wait=wait_exponential(multiplier=first, max=self.limits.longest_wait) + wait_random(0, first),
            sleep=self._wait,
            before_sleep=lambda _: self.statistics.count_retry(),
            reraise=True,
        )
        return retrying(send)

    def _follow(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, repeatable: bool
    ) -> Response:
        """Send; a GET that is redirected within the same host is followed."""
        for _ in range(_REDIRECTS):
            response = self._signed(method, url, headers, body, repeatable)
            target = redirected(url, response.headers.get("Location", ""))
            if method != "GET" or not 300 <= response.status < 400 or not same_origin(url, target) or target == url:
                break
            url = target
        return self._judged(response, repeatable)

    def _judged(self, response: Response, repeatable: bool) -> Response:
        self.statistics.note_parallelism(response.headers.get("x-ms-dop-hint"))
        entity_set = entity_set_of(response.url, self.base_url)
        error = error_of(response, entity_set=entity_set, repeatable=repeatable, patterns=self.patterns)
        if error is None:
            self._window.relax()
            return response
        if isinstance(error, ThrottledError):
            error.retry_after = self._window.close(retry_after(response.headers))
        raise error

    def _signed(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, repeatable: bool
    ) -> Response:
        """Send with a token; once more with a new one if the system does not accept it."""
        token = self._tokens.token()
        response = self._sent(method, url, headers, body, token, repeatable)
        if response.status != 401:
            return response
        self._tokens.invalidate(token)
        return self._sent(method, url, headers, body, self._tokens.token(), repeatable)

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: str, repeatable: bool
    ) -> Response:
        self._window.wait_for_turn()
        self.statistics.count_request()
        signed = {**headers, "Authorization": f"Bearer {token}", "x-ms-client-request-id": str(uuid.uuid4())}
        try:
            return exchange(
                self._transport, method, url, headers=signed, body=body, timeout=self._timeout, clock=self._clock
            )
        except AmbiguousError as error:
            if repeatable:
                raise TransientError(error.message, evidence=error.evidence) from error
            raise


def _may_send_again(error: BaseException, repeatable: bool) -> bool:
    if isinstance(error, ThrottledError) or not isinstance(error, TransientError):
        return False
    return repeatable or not isinstance(error, AmbiguousError | ContentionError)
