from __future__ import annotations

import pytest

from p2c_sandbox.sales import errors


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.bad_query("x"), 400, "0x80060888"),
        (errors.bad_payload("accounts", "x"), 400, "0x80048d19"),
        (errors.invalid("0x80044331", "x"), 400, "0x80044331"),
        (errors.no_such_resource("Account"), 404, "0x8006088a"),
        (errors.no_such_row("account", "1"), 404, "0x80040217"),
        (errors.no_such_key_values("account"), 404, "0x80060891"),
        (errors.key_not_defined("account", "name"), 400, "0x80060890"),
        (errors.row_exists(), 412, "0x80040237"),
        (errors.key_violated("key", "accountnumber"), 412, "0x80060892"),
        (errors.version_mismatch(), 412, "0x80060882"),
        (errors.denied("accounts"), 403, "0x80040220"),
        (errors.wrong_method("TRACE"), 405, "0x80060888"),
        (errors.throttled("0x80072322", "x", 7), 429, "0x80072322"),
    ],
)
def test_an_error_has_its_status_and_code(error: errors.SalesError, status: int, code: str) -> None:
    assert (error.status, error.content()["error"]["code"]) == (status, code)
    assert error.content()["error"]["message"] == str(error)


def test_a_throttled_request_is_told_when_to_come_back() -> None:
    assert errors.throttled("0x80072322", "x", 7).headers == {"retry-after": "7"}
