from __future__ import annotations

from decimal import Decimal

from p2c_sandbox.sales.errors import throttled
from p2c_sandbox.sales.responses import error_answer, json_answer


def test_decimals_are_written_digit_for_digit() -> None:
    answer = json_answer(200, {"amount": Decimal("100.00"), "name": "Čili"}, {"etag": "x"})
    assert answer.body == '{"amount":100.00,"name":"Čili"}'.encode()
    assert answer.headers["etag"] == "x"


def test_an_error_keeps_its_headers() -> None:
    answer = error_answer(throttled("0x80072322", "Too many.", 3))
    assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    assert answer.body == b'{"error":{"code":"0x80072322","message":"Too many."}}'
