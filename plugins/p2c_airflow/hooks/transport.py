"""The HTTP transport of a connection: what of its extras is honoured, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow.utils.strings import to_boolean
from requests import PreparedRequest, Session
from requests.auth import AuthBase
from requests.models import DEFAULT_REDIRECT_LIMIT

from p2c.errors import ConfigurationError
from p2c.systems.odata.addresses import same_origin
from p2c.systems.odata.tokens import TokenSource
from p2c.systems.odata.transport import Timeout, prepare

READ_TIMEOUT = 120


class BearerAuth(AuthBase):
    """Signs requests to the environment with the current token; requests to any other host stay unsigned."""

    def __init__(self, tokens: TokenSource, environment: str) -> None:
        self.tokens = tokens
        self.environment = environment

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if same_origin(request.url or "", self.environment):
            request.headers["Authorization"] = f"Bearer {self.tokens.token()}"
        return request


def transport(extra: Mapping[str, Any], connections: int) -> Session:
    """A session with the proxy, TLS and redirect settings of `extra`; raises ConfigurationError."""
    session = prepare(Session(), connections)
    session.trust_env = to_boolean(str(extra.get("trust_env") or False))
    session.verify = _verify(extra.get("verify"))
    session.cert = extra.get("cert") or None
    session.max_redirects = _whole_number(extra, "max_redirects", DEFAULT_REDIRECT_LIMIT)
    if proxy := extra.get("proxy"):
        session.proxies = {"http": proxy, "https": proxy}
    return session


def timeout(extra: Mapping[str, Any]) -> Timeout:
    """The time limits of `extra`; raises ConfigurationError."""
    return Timeout(read=_whole_number(extra, "timeout", READ_TIMEOUT))


def _verify(setting: object) -> bool | str:
    text = str(setting if setting is not None else "").strip()
    if text.lower() in ("", "true"):
        return True
    if text.lower() == "false":
        return False
    if not Path(text).exists():
        raise ConfigurationError(f"Verify TLS is {text!r}: give true, false or the path of an existing CA bundle.")
    return text


def _whole_number(extra: Mapping[str, Any], name: str, default: int) -> int:
    value = extra.get(name)
    if value in (None, ""):
        return default
    if str(value).isdecimal():
        return int(str(value))
    raise ConfigurationError(f"The extra {name!r} is {value!r}: give a whole number.")
