"""One exchange over HTTP: sends a request, reads its answer whole within a limit, or says whether it was sent."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, InvalidSchema, InvalidURL, ProxyError, RequestException, SSLError
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from p2c.errors import AmbiguousError, ConfigurationError, Evidence, IntegrationError, TransientError
from p2c.systems.odata.addresses import host_of, shown
from p2c.systems.odata.response import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CHUNK_BYTES = 65_536
_ENCODING = {"Accept-Encoding": "gzip"}
USER_AGENT = "prospect-to-cash"


@dataclass(frozen=True)
class Timeout:
    """Limits in seconds: to connect, between two bytes, and for the whole answer."""

    connect: float = 10.0
    read: float = 120.0

    @property
    def whole(self) -> float:
        """The limit of one exchange, against a peer that sends a byte now and then."""
        return self.connect + 2 * self.read


def new_transport(connections: int = 10) -> requests.Session:
    """A transport that keeps up to ``connections`` connections; it takes no proxy or login from the environment."""
    transport = requests.Session()
    transport.trust_env = False
    return prepare(transport, connections)


def prepare(transport: requests.Session, connections: int) -> requests.Session:
    """Size the pool of ``transport`` to ``connections`` and make it drop cookies.

    Without the affinity cookie requests spread over the servers (Microsoft docs: Send parallel requests).
    """
    for prefix in ("https://", "http://"):
        transport.mount(prefix, HTTPAdapter(pool_connections=2, pool_maxsize=max(1, connections)))
    drop_cookies(transport)
    transport.headers["User-Agent"] = USER_AGENT
    return transport


def drop_cookies(transport: requests.Session) -> None:
    """Keep no cookie that a server sets."""
    transport.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))


class _NoLogin(requests.auth.AuthBase):
    """Leaves the request as it is; its presence keeps requests from a login of ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def exchange(
    transport: requests.Session,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout: Timeout,
    clock: Callable[[], float] = time.monotonic,
) -> Response:
    """Send one request and read its answer whole; ``url`` goes out as it stands, redirects are not followed.

    Raises ConfigurationError for an address that cannot work, TransientError if nothing was sent, and AmbiguousError if
    the request may have arrived but no whole answer came.
    """
    # without the query, which may be long: requests would look at each of its characters, for nothing
    bare, headed = url.partition("?")[0], _ENCODING | dict(headers)
    request = requests.Request(method, bare, headers=headed, data=body, auth=_NoLogin())
    try:
        prepared = transport.prepare_request(request)
        prepared.url = url
        settings = transport.merge_environment_settings(url, {}, True, None, None)
        with transport.send(
            prepared, timeout=(timeout.connect, timeout.read), allow_redirects=False, **settings
        ) as answer:
            content = b"".join(_chunks(answer, clock() + timeout.whole, clock))
        content = _unpacked(content, answer.headers.get("Content-Encoding", ""))
    except (RequestException, HTTPError, OSError, EOFError, zlib.error, UnicodeError) as error:
        raise _explained(error, method, url) from error
    return Response(method, url, answer.status_code, answer.headers, content, headers.get("x-ms-client-request-id", ""))


def _chunks(answer: requests.Response, deadline: float, clock: Callable[[], float]) -> Iterator[bytes]:
    while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=False):
        yield chunk
        if clock() > deadline:
            raise TimeoutError("the answer took too long to arrive")


def _unpacked(content: bytes, encoding: str) -> bytes:
    """The body without its compression; raises EOFError or OSError for one cut short, which urllib3 lets pass."""
    return gzip.decompress(content) if encoding.strip().lower() in ("gzip", "x-gzip") and content else content


def _explained(error: Exception, method: str, url: str) -> IntegrationError:
    host = host_of(url)
    evidence = Evidence(method=method, url=shown(url))
    if isinstance(error, InvalidURL | InvalidSchema | UnicodeError):
        return ConfigurationError(f"The address of {host or 'the system'} is no valid URL.", evidence=evidence)
    if isinstance(error, SSLError):
        return ConfigurationError(
            f"{host} did not prove its identity by a certificate this machine trusts ({_cause(error)}). Check the host "
            "name, the certificate's end date, and `verify` of the connection if an own authority signed it.",
            evidence=evidence,
        )
    if _is_unknown_host(error):
        return ConfigurationError(f"There is no host {host}: check the URL of the connection.", evidence=evidence)
    if _was_not_sent(error):
        return TransientError(f"{host} cannot be reached ({_cause(error)}); nothing was sent.", evidence=evidence)
    return AmbiguousError(f"{host} gave no whole answer ({_cause(error)}).", evidence=evidence)


def _links(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it wraps: requests and urllib3 put the reason in different places."""
    while error is not None:
        yield error
        inner = getattr(error, "reason", None) or next((arg for arg in error.args if isinstance(arg, Exception)), None)
        error = inner if isinstance(inner, BaseException) else error.__cause__


def _is_unknown_host(error: Exception) -> bool:
    """Whether the name does not exist; a name service that is out of order for a moment does not count."""
    names = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
    return any(isinstance(link, socket.gaierror) and link.errno in names for link in _links(error))


def _was_not_sent(error: Exception) -> bool:
    kinds = (ConnectTimeout, ProxyError, NewConnectionError, NameResolutionError)
    return any(isinstance(link, kinds) for link in _links(error))


def _cause(error: Exception) -> str:
    """The innermost reason in few words."""
    *_, last = _links(error)
    text = getattr(last, "strerror", None) or str(last) or type(last).__name__
    return " ".join(str(text).split())[:120]
