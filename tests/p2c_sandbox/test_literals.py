from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from p2c_sandbox.literals import QueryError, moment, tokens


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("'O''Brien'", "string", "O'Brien"),
        ("-12.50", "number", Decimal("-12.50")),
        ("10L", "number", Decimal(10)),
        ("true", "boolean", True),
        ("null", "null", None),
        ("2026-03-05", "datetime", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026-03-05T10:00:00Z", "datetime", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("2026-03-05T12:00:00+02:00", "datetime", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("2026-03-05T10:00:00.1234567Z", "datetime", datetime(2026, 3, 5, 10, 0, 0, 123456, tzinfo=UTC)),
        ("A0000000-0000-0000-0000-00000000000F", "guid", "a0000000-0000-0000-0000-00000000000f"),
        ("Microsoft.Dynamics.DataEntities.NoYes'Yes'", "enum", ("Microsoft.Dynamics.DataEntities.NoYes", "Yes")),
        ('["a", "b"]', "array", ["a", "b"]),
        ("_parentcustomerid_value", "name", "_parentcustomerid_value"),
    ],
)
def test_a_literal_is_read_as_its_value(text: str, kind: str, value: Any) -> None:
    token, end = tokens(text)
    assert (token.kind, token.value, end.kind) == (kind, value, "end")


@pytest.mark.parametrize(
    "text", ["'open", "2026-02-30", "9999-12-31T23:59:59-14:00", "name ; drop", '["a"', "1" * 100, "\x00"]
)
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        list(tokens(text))


def test_a_moment_without_zone_is_utc() -> None:
    assert moment("2026-03-05") == datetime(2026, 3, 5, tzinfo=UTC)
