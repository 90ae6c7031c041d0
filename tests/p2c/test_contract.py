from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.contract import (
    CONTROL,
    HALF_A_CHARACTER,
    FieldContract,
    Kind,
    UnfitValueError,
    Value,
    cds_contract,
    destination_contract,
    shortened,
    stored_length,
    truncated,
)
from p2c.flow import CdsField
from p2c_metadata import load

AMOUNT = FieldContract("Amount", "decimal", scale=2)
COUNT = cds_contract(CdsField("Count", "integer"))
CUSTOMER = load("finance_operations").entity_set("CustomersV3")

#: What Python strips from the end of a text, and what no key may hold.
EVERY_SPACE = [code for code in range(0x3001) if chr(code).isspace() or CONTROL.match(chr(code))]


def parse(kind: Kind, text: str) -> Value:
    return FieldContract("Field", kind).parse(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.1", "0.10"),
        ("1e3", "1000.00"),
        (" 12.5", "12.50"),
        ("-0.005", "-0.01"),
        ("2.675", "2.68"),
        ("90071992547409931234567.89", "90071992547409931234567.89"),
    ],
)
def test_an_amount_is_read_exactly_and_rounded_half_up(text: str, amount: str) -> None:
    assert str(AMOUNT.parse(text)) == amount


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**35), max_value=10**35))
def test_any_decimal_comes_out_at_the_scale_of_its_field_and_fits_arrow(number: Decimal) -> None:
    parsed = AMOUNT.parse(str(number))
    assert isinstance(parsed, Decimal)
    assert parsed.as_tuple().exponent == -2
    assert abs(Fraction(parsed) - Fraction(number)) <= Fraction(1, 200)
    assert pa.scalar(parsed, AMOUNT.arrow_type).as_py() == parsed


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "sNaN", "1_000", "1,5", "0x10", "\u0661\u0662", "1e", "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError, match="is not a number"):
        AMOUNT.parse(text)


@pytest.mark.parametrize("text", ["1e40", "9" * 50, "1e999999999"])
def test_a_number_with_too_many_digits_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError, match="more digits than this field can hold"):
        AMOUNT.parse(text)


def test_a_megabyte_of_digits_is_refused_in_no_time() -> None:
    with pytest.raises(UnfitValueError):
        AMOUNT.parse("1" * (8 << 20) + "x")


def test_a_whole_number_with_a_zero_fraction_is_an_integer() -> None:
    assert COUNT.parse("250.0") == 250


def test_a_fraction_is_no_integer() -> None:
    with pytest.raises(UnfitValueError, match="is not a whole number"):
        COUNT.parse("2.5")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_an_integer_beyond_64_bits_is_refused_naming_the_limit(number: int) -> None:
    with pytest.raises(UnfitValueError, match="9223372036854775"):
        COUNT.parse(str(number))


@settings(deadline=None)
@given(st.integers(-(2**63), 2**63 - 1))
def test_every_64_bit_integer_is_read_exactly(number: int) -> None:
    assert COUNT.parse(str(number)) == number


@pytest.mark.parametrize(("text", "value"), [("true", True), ("FALSE", False), ("Yes", True), ("no", False)])
def test_both_systems_words_for_true_and_false_are_read(text: str, value: bool) -> None:
    assert parse("boolean", text) is value


def test_another_word_is_neither_true_nor_false() -> None:
    with pytest.raises(UnfitValueError, match="neither true nor false"):
        parse("boolean", "1")


def test_a_time_is_read_as_utc() -> None:
    assert parse("datetime", "2026-03-05T01:00:00+02:00") == datetime(2026, 3, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError, match="ISO 8601"):
        parse("datetime", text)


def test_a_date_is_read_from_a_date_and_from_a_time() -> None:
    assert parse("date", "2026-03-05") == parse("date", "2026-03-05T12:00:00Z") == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["05.03.2026", "2026-03-05 and more"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError, match="ISO 8601"):
        parse("date", text)


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "boolean", "datetime", "date", "enum"])
def test_a_blank_is_null_in_every_kind_of_field(kind: Kind) -> None:
    assert parse(kind, "  \t") is None


def test_a_text_keeps_leading_blanks_and_gets_plain_line_ends() -> None:
    assert parse("text", "  a\r\nb\rc \r\n") == "  a\nb\nc"


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "\x1b[31m", "a\u2028b", "a\x85b"])
def test_a_key_is_one_line(text: str) -> None:
    key = FieldContract("CustomerAccount", "text", key=True)
    with pytest.raises(UnfitValueError, match="which no key may hold"):
        key.parse(text)
    assert key.parse("ąč 😀 *%_?'/ ") == "ąč 😀 *%_?'/"


def test_a_text_with_a_nul_is_refused() -> None:
    with pytest.raises(UnfitValueError, match="NUL"):
        parse("text", "a\x00b")


def test_a_text_with_half_a_character_is_refused() -> None:
    with pytest.raises(UnfitValueError, match="lone surrogate"):
        parse("text", f"a{HALF_A_CHARACTER}b")


def test_an_enumeration_takes_its_members_alone() -> None:
    contract = destination_contract(CUSTOMER.property("IsExternallyMaintained"))
    assert contract.parse("Yes") == "Yes"
    with pytest.raises(UnfitValueError, match="is not one of No, Yes"):
        contract.parse("1")


def test_the_limits_of_a_destination_field_come_from_its_metadata() -> None:
    contract = destination_contract(CUSTOMER.property("CustomerGroupId"))
    assert (contract.kind, contract.length, contract.required) == ("text", 10, True)


def test_a_32_bit_destination_field_refuses_what_is_greater() -> None:
    contract = destination_contract(CUSTOMER.property("OrganizationNumberOfEmployees"))
    with pytest.raises(UnfitValueError, match="above the greatest value 2147483647"):
        contract.parse("2147483648")


def test_limits_that_the_metadata_states_stand_above_those_of_the_type() -> None:
    contract = destination_contract(load("sales").entity_set("accounts").property("numberofemployees"))
    assert (contract.minimum, contract.maximum) == (0, 1_000_000_000)


def test_an_emoji_takes_two_characters_of_a_column() -> None:
    assert stored_length("a😀") == 3
    assert stored_length("ąę") == 2


def test_a_cut_text_never_ends_in_half_an_emoji() -> None:
    assert truncated("ab😀", 3) == "ab"


@settings(deadline=None)
@given(st.text(), st.integers(1, 20))
def test_a_cut_text_is_the_start_of_the_text_and_fits(text: str, length: int) -> None:
    cut = truncated(text, length)
    assert text.startswith(cut)
    assert stored_length(cut) <= length


def test_a_long_value_is_shortened_for_a_message() -> None:
    assert shortened("x" * 9999) == "x" * 200 + "..."


@pytest.mark.parametrize("key", [True, False])
@pytest.mark.parametrize(
    "text", ["", "x", "a b", "Ü", "日本", "\U0001f600", *(f"a{chr(code)}" for code in EVERY_SPACE)]
)
def test_a_column_that_is_kept_holds_only_texts_that_are_read_as_they_are(text: str, key: bool) -> None:
    contract = FieldContract("Name", "text", key=key)
    within = [text, f"{text}b", None]
    if contract.keeps(pa.chunked_array([within], pa.string())):
        assert [contract.parse(each) for each in within if each is not None] == within[:-1]


def test_a_column_of_plain_text_is_kept() -> None:
    assert FieldContract("Name", "text").keeps(pa.chunked_array([["Fabrikam", None, "Zürich\u3000AG", "日本"]]))


@pytest.mark.parametrize("text", ["", " ", "x ", "x\u3000", "x\r\ny", "\x00", HALF_A_CHARACTER])
def test_a_column_with_one_text_that_has_to_be_looked_at_is_not_kept(text: str) -> None:
    assert not FieldContract("Name", "text").keeps(pa.chunked_array([["x", text]]))
