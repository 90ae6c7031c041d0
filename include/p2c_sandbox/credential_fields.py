"""Finding credentials in a request: to mask them in the journal, and to tell where one was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

MASK = "***"
_NAME = re.compile(
    r"secret|passw(or)?d|passphrase|assertion|api[-_]?key|private[-_]?key|credential|refresh[-_]?token|^client[-_]?id$"
    r"|^login$|^tenant([-_]?id)?$",
    re.IGNORECASE,
)
_MASKED_HEADERS = {"authorization", "proxy-authorization", "cookie"}


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers fit to be kept; of an Authorization header the scheme stays."""
    return {name: _masked_header(name, value) for name, value in headers.items()}


def masked_query(query: str) -> str:
    """A query string fit to be kept."""
    if not any(_NAME.search(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, MASK if _NAME.search(name) else value) for name, value in pairs])


def credential_fields(headers: Mapping[str, str], query: str, body: bytes, secrets: Iterable[str]) -> list[str]:
    """Where a request carried something like a credential, for example `header:client_secret` or `value:body`.

    A bearer token in the Authorization header is how the systems are called, so it is not counted.
    """
    names = {f"header:{name}" for name, value in headers.items() if _is_credential_header(name, value)}
    names |= {f"query:{name}" for name, _ in parse_qsl(query, keep_blank_values=True) if _NAME.search(name)}
    names |= {f"body:{name}" for name in _body_names(headers, body) if _NAME.search(name)}
    places = {"header": " ".join(headers.values()), "query": query, "body": body.decode("utf-8", "replace")}
    names |= {f"value:{place}" for place, text in places.items() for secret in secrets if secret in text}
    return sorted(names)


def _masked_header(name: str, value: str) -> str:
    if name in _MASKED_HEADERS:
        scheme, found, _ = value.partition(" ")
        return f"{scheme} {MASK}" if found else MASK
    return MASK if _NAME.search(name) else value


def _is_credential_header(name: str, value: str) -> bool:
    if name == "authorization":
        return not value.lower().startswith("bearer ")
    return name in _MASKED_HEADERS or bool(_NAME.search(name))


def _body_names(headers: Mapping[str, str], body: bytes) -> Iterator[str]:
    content_type = headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        yield from (name for name, _ in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif content_type.startswith("application/json"):
        try:
            yield from _member_names(json.loads(body))
        except (ValueError, RecursionError):
            return


def _member_names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _member_names(child)
