"""Requests and responses as values, so that a `$batch` operation and a request of its own take the same way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True)
class Request:
    """One request or one operation of a batch.

    `path` and `query` are still percent-encoded, header names are lower case, `id` is the journal's.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str
    id: int
    operation: int | None = None

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.origin}{self.path}" + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Response:
    """An answer; header names are lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(status: int, content: Any, **headers: str) -> Response:
    """A JSON answer; header names are given with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, json.dumps(content).encode(), {"content-type": "application/json", **named})


def query_parameters(query: str) -> dict[str, str]:
    """Decode a query string; `+` is a blank. Raises ValueError on a repeated name or on bytes that are not UTF-8."""
    parameters: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = (decode(part.replace("+", " ")) for part in pair.partition("="))
        if name in parameters:
            raise ValueError(f"The query option '{name}' is given more than once.")
        parameters[name] = value
    return parameters


def decode(text: str) -> str:
    """Percent-decode strictly. Raises ValueError on bytes that are not UTF-8."""
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"'{text}' does not decode to UTF-8.") from error
