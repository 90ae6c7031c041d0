from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from p2c_sandbox.store_rows import Page, conditions_of, document, folded, identifier, key_text, row_of

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_keys_are_compared_without_case() -> None:
    assert key_text(["USMF", "US-001"]) == key_text(["usmf", "us-001"])
    assert key_text(["a", "bc"]) != key_text(["ab", "c"])


def test_a_document_keeps_a_decimal_digit_for_digit() -> None:
    text = document({"amount": Decimal("100.00"), "count": 3})
    assert text == '{"amount":100.00,"count":3}'
    row = row_of(("a", text, 7, "2026-03-05T12:00:00.000000Z", "2026-03-05T12:00:00.000000Z"))
    assert (row.values, row.version, row.modified) == ({"amount": Decimal("100.00"), "count": 3}, 7, NOON)


def test_conditions_bind_values_and_never_write_them_out() -> None:
    page = Page("modified", after=("x", "y"), equal=("name", "' or 1"), modified_from=NOON)
    conditions, values = conditions_of(page)
    assert conditions == [
        "(modified, key) > (?, ?)",
        "folded(json_extract(document, '$.name')) = ?",
        "modified >= ?",
    ]
    assert values == ["x", "y", "' or 1", "2026-03-05T12:00:00.000000Z"]


@pytest.mark.parametrize("name", ["name' or 1", "", "näme", "a b"])
def test_a_name_that_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        identifier(name)


def test_text_is_folded_and_numbers_are_not() -> None:
    assert folded("Straße  ") == "strasse"
    assert folded(3) == 3
