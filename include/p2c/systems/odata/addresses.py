"""Addresses of requests: what may be called, how parameters are written, what of an address may be shown."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from p2c.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SHOWN = 300
# Names in $select, $expand and $orderby hold no reserved characters; those between them keep the address readable.
_SAFE = {"$filter": "()'", "$select": "/,", "$expand": "(),$=;", "$orderby": ",/"}


def checked_url(url: str, purpose: str) -> str:
    """Return ``url`` if it is https, or http to this machine; raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"{purpose} {url!r} is no URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"{purpose} {url!r} is no URL: it has to begin with https:// and a host.")
    if parts.username or parts.password:
        raise ConfigurationError(f"{purpose} on host {host} holds a login; credentials belong in their own fields.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"{purpose} {url!r} uses plain http, which would show the token; use https.")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of ``url``."""
    return urlsplit(url).hostname or ""


def joined(base_url: str, path_or_url: str) -> str:
    """The absolute address of ``path_or_url`` below ``base_url``; raises ConfigurationError if it leaves the host."""
    if not path_or_url.lower().startswith(("http://", "https://")):
        return f"{base_url}{path_or_url.lstrip('/')}"
    if not same_origin(base_url, path_or_url):
        raise ConfigurationError(
            f"{host_of(base_url)} refers to another host, {host_of(path_or_url)}; the token is not sent there. "
            "Check the URL of the connection, and what any proxy before the system makes of addresses."
        )
    return path_or_url


def redirected(url: str, location: str) -> str:
    """The address a redirect from ``url`` leads to."""
    return urljoin(url, location)


def same_origin(one: str, other: str) -> bool:
    """Whether scheme, host and port of two addresses are the same."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, parts.hostname, parts.port or (443 if scheme == "https" else 80)


def with_parameters(url: str, parameters: Mapping[str, str] | None) -> str:
    """``url`` with percent-encoded query parameters added."""
    if not parameters:
        return url
    pairs = (f"{name}={quote(value, safe=_SAFE.get(name, ''))}" for name, value in parameters.items())
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(pairs)}"


def shown(url: str) -> str:
    """``url`` as errors show it: cut to 300 characters."""
    return url if len(url) <= LONGEST_SHOWN else f"{url[:LONGEST_SHOWN]}..."


def entity_set_of(url: str, base_url: str) -> str:
    """The entity set, or other resource, that ``url`` addresses below ``base_url``."""
    path = urlsplit(url).path.removeprefix(urlsplit(base_url).path)
    return path.split("(")[0].split("/")[0]


def is_keyed(url: str) -> bool:
    """Whether ``url`` addresses one record by its key."""
    return "(" in urlsplit(url).path
