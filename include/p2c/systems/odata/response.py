"""An answer, read whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from p2c.errors import Evidence
from p2c.systems.odata.addresses import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUEST_ID_HEADERS = ("x-ms-service-request-id", "REQ_ID", "ms-dyn-aid", "x-ms-request-id", "request-id")
LONGEST_EXCERPT = 300


@dataclass(frozen=True)
class Response:
    """Status, headers (names compare without case) and the whole body of an answer to ``method url``."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    sent_request_id: str = ""

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        return self.content_type in ("text/html", "application/xhtml+xml")

    @cached_property
    def request_id(self) -> str:
        """What the system calls this request, for its support; else the id we sent."""
        return next(
            (self.headers[name] for name in _REQUEST_ID_HEADERS if self.headers.get(name)), self.sent_request_id
        )

    def excerpt(self) -> str:
        """The beginning of the body on one line."""
        text = self.body[: 4 * LONGEST_EXCERPT].decode("utf-8", "replace")
        return " ".join(text.split())[:LONGEST_EXCERPT]

    def evidence(self, *, code: str = "", excerpt: str = "") -> Evidence:
        """What an error says about this answer."""
        return Evidence(
            method=self.method,
            url=shown(self.url),
            status=self.status,
            code=code,
            request_id=self.request_id,
            excerpt=excerpt,
        )
