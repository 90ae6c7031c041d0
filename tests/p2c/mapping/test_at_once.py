from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.contract import FieldContract, UnfitValueError
from p2c.mapping.at_once import read_at_once

AMOUNT = FieldContract("CreditLimit", "decimal", scale=4, minimum=Decimal(-1000), maximum=Decimal(1000))
COUNT = FieldContract("NumberOfEmployees", "integer", minimum=Decimal(0), maximum=Decimal(100))
NAME = FieldContract("Name", "text")


def read(contract: FieldContract, *values: Any, kind: pa.DataType | None = None) -> list[Any] | None:
    column = pd.Series(list(values), dtype=pd.ArrowDtype(kind) if kind else object)
    found = read_at_once(contract, column)
    return None if found is None else found.to_pylist()


def test_plain_numbers_are_read_whole() -> None:
    assert read(AMOUNT, "1.5", None, "-0.0001", kind=pa.string()) == [Decimal("1.5"), None, Decimal("-0.0001")]
    assert read(COUNT, "007", None, "0", kind=pa.string()) == [7, None, 0]


@pytest.mark.parametrize("text", ["1.00005", "1e2", "+1", " 1", "", "1.", ".5", "x", "1001", "-1001", "9" * 30])
def test_a_number_that_needs_a_look_is_not(text: str) -> None:
    assert read(AMOUNT, "1", text, kind=pa.string()) is None


def test_numbers_of_another_scale_are_read_whole_where_no_digit_is_lost() -> None:
    wide = pa.decimal128(38, 6)
    assert read(AMOUNT, Decimal("1.5000"), kind=wide) == [Decimal("1.5000")]
    assert read(AMOUNT, Decimal("1.50001"), kind=wide) is None
    assert read(COUNT, Decimal("7.000000"), kind=wide) == [7]


def test_texts_of_several_lines_are_read_whole() -> None:
    assert read(NAME, "a\nb", None) == ["a\nb", None]
    assert read(FieldContract("AccountId", "text", key=True), "a\nb") is None


def test_what_is_no_text_is_not() -> None:
    assert read(NAME, "a", 1) is None
    assert read(NAME, True, kind=pa.bool_()) is None


@settings(deadline=None)
@given(st.lists(st.from_regex(r"\A[+-]?[0-9]{0,4}(\.[0-9]{0,6})?\Z"), max_size=3), st.sampled_from([AMOUNT, COUNT]))
def test_numbers_read_whole_are_those_read_one_by_one(texts: list[str], contract: FieldContract) -> None:
    if (found := read(contract, *texts, kind=pa.string())) is not None:
        assert found == [contract.parse(text) for text in texts]


@pytest.mark.parametrize(("text", "whole"), [("x" * 10, True), ("x" * 11, False), (None, True)])
def test_texts_that_may_be_cut_are_read_whole_if_even_emoji_would_fit(text: str | None, whole: bool) -> None:
    memo = FieldContract("SalesMemo", "text", length=20)
    column = pd.Series([text], dtype=object)
    assert (read_at_once(memo, column, cut=True) is not None) is whole
    assert read_at_once(memo, column) is not None


def test_a_text_with_a_nul_is_read_by_itself() -> None:
    assert read(NAME, "a\x00") is None
    with pytest.raises(UnfitValueError):
        NAME.parse("a\x00")
