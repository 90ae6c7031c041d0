from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.keys import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("US-001", "us-001"),
        ("US-001", "US-001  "),
        ("US-001", "\tUS-001"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("STRASSE", "straße"),
    ],
)
def test_keys_that_differ_by_case_blanks_or_composition_are_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("US-001", "US-01"), ("US 001", "US001"), ("1", "01"), ("e", "é")])
def test_keys_that_differ_otherwise_are_two(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@settings(deadline=None)
@given(st.text())
def test_a_normalised_key_stays_as_it_is(key: str) -> None:
    assert normalised(normalised(key)) == normalised(key)


@settings(deadline=None)
@given(st.text())
def test_any_spelling_of_a_key_in_composed_or_decomposed_characters_is_the_same(key: str) -> None:
    assert normalised(unicodedata.normalize("NFD", key)) == normalised(unicodedata.normalize("NFC", key))
