from __future__ import annotations

import pytest

from p2c.contract import HALF_A_CHARACTER
from p2c.systems.odata.decode import MalformedBodyError, decode_record, decode_rows


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("1.10", "1.10"),
        ("100.0000000000", "100.0000000000"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ("5637144576", "5637144576"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1E+3", "1E+3"),
        ("-0.01", "-0.01"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('""', ""),
        ('"1900-01-01T12:00:00Z"', "1900-01-01T12:00:00Z"),
        ('"\\u00fc\\ud83d\\ude00"', "ü😀"),
        ('"half \\ud83d"', f"half {HALF_A_CHARACTER}"),
        ('"\\uDE00 \\ud83d\\ude00 \\ud83d\\ud83d\\ude00"', f"{HALF_A_CHARACTER} 😀 {HALF_A_CHARACTER}😀"),
        ('"\\\\ud83d \\ud83d"', f"\\ud83d {HALF_A_CHARACTER}"),
    ],
)
def test_a_scalar_is_kept_as_on_the_wire(wire: str, text: str | None) -> None:
    assert decode_rows(f'{{"value":[{{"A":{wire}}}]}}'.encode(), ("A",)).rows == [{"A": text}]


def test_columns_of_a_lookup_are_flattened() -> None:
    body = b'{"value":[{"owner":{"name":"Ada"}},{"owner":null}]}'
    assert decode_rows(body, ("owner.name",)).rows == [{"owner.name": "Ada"}, {"owner.name": None}]


def test_only_the_fields_asked_for_and_the_etag_are_kept() -> None:
    body = b'{"value":[{"@odata.etag":"W/\\"1\\"","A":"a","B":"b","A@type":"x"}]}'
    assert decode_rows(body, ("A",)).rows == [{"A": "a", "@odata.etag": 'W/"1"'}]


def test_the_link_to_the_next_page_is_found() -> None:
    assert decode_rows(b'{"value":[],"@odata.nextLink":"https://x/y"}', ()).next_link == "https://x/y"


def test_a_field_that_was_asked_for_and_is_missing_is_an_error() -> None:
    with pytest.raises(MalformedBodyError, match="'B'"):
        decode_rows(b'{"value":[{"A":1}]}', ("A", "B"))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"value":{}}', b'{"value":[1]}', b'{"rows":[]}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_body_of_another_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        decode_rows(body, ())


def test_a_record_is_read_whole() -> None:
    body = b'{"@odata.context":"c","@odata.etag":"W/\\"1\\"","A":1.50,"Tags":[1,2]}'
    assert decode_record(body) == {"@odata.context": "c", "A": "1.50", "Tags": "[1,2]", "@odata.etag": 'W/"1"'}
