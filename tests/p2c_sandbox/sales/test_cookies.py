from __future__ import annotations

from urllib.parse import unquote

import pytest

from p2c_sandbox.sales.cookies import Cookie, read_cookie
from p2c_sandbox.sales.errors import SalesError


def test_a_cookie_reads_back() -> None:
    cookie = Cookie(3, ["2026-03-05T12:00:00.000000Z", "89390c24"])
    assert read_cookie(unquote(cookie.text())) == cookie
    assert unquote(cookie.text()).startswith('<cookie pagenumber="3" pagingcookie="')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        '<cookie pagenumber="2" pagingcookie="" istracking="False" />',
        '<cookie pagenumber="2" pagingcookie="e30=" istracking="False" />',
        '<cookie pagenumber="2" pagingcookie="x" istracking="False" />',
    ],
)
def test_a_cookie_not_issued_here_is_refused(text: str) -> None:
    with pytest.raises(SalesError, match="malformed"):
        read_cookie(text)
