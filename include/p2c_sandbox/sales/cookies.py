"""The place a listing goes on from, as the paging cookie of a next link: opaque to clients.

Source: Microsoft docs: Page results using OData (shape of `$skiptoken`).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from p2c_sandbox.sales.errors import INVALID_ARGUMENT, SalesError, invalid

_SHAPE = re.compile(
    r'<cookie pagenumber="(\d{1,9})" pagingcookie="([A-Za-z0-9_=-]{0,4000})" istracking="(?:True|False)" />'
)


@dataclass(frozen=True)
class Cookie:
    """Number of the page to come, and where the last one ended."""

    page_number: int
    last: list[Any]

    def text(self, *, tracking: bool = False) -> str:
        """The value of `$skiptoken`, percent-encoded."""
        inner = base64.urlsafe_b64encode(msgspec.json.encode(self.last)).decode()
        cookie = f'<cookie pagenumber="{self.page_number}" pagingcookie="{inner}" istracking="{tracking}" />'
        return quote(cookie, safe="")


def read_cookie(text: str) -> Cookie:
    """A cookie that this sandbox issued. SalesError on anything else."""
    match = _SHAPE.fullmatch(text)
    try:
        last = msgspec.json.decode(base64.urlsafe_b64decode(match[2])) if match else None
    except (ValueError, msgspec.DecodeError):
        last = None
    if match is None or not isinstance(last, list):
        raise _malformed()
    return Cookie(int(match[1]), last)


def _malformed() -> SalesError:
    return invalid(INVALID_ARGUMENT, "The value of $skiptoken is malformed; follow @odata.nextLink as it was given.")
