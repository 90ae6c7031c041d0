from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.contract import UnfitValueError
from p2c.flow import ValueMap
from p2c.mapping.value_map import part_of, translate

COUNTRIES = {"United States": "US", "deutschland": "DE", "España": "ES"}
COUNTRY = ValueMap("country")


@pytest.mark.parametrize("text", ["united states", "UNITED STATES", "  United States "])
def test_a_key_is_found_without_case_and_surrounding_blanks(text: str) -> None:
    assert translate(COUNTRY, COUNTRIES, text) == "US"


def test_a_key_is_found_in_decomposed_characters() -> None:
    assert translate(COUNTRY, COUNTRIES, "Espan\u0303a") == "ES"


def test_a_value_of_the_map_stands_for_itself_in_the_spelling_of_the_map() -> None:
    assert translate(COUNTRY, COUNTRIES, "de ") == "DE"


def test_a_key_stands_above_a_value_of_the_same_spelling() -> None:
    assert translate(COUNTRY, {"uk": "GB", "ukraine": "UK"}, "UK") == "GB"


def test_a_blank_stays_blank() -> None:
    assert translate(COUNTRY, COUNTRIES, "  ") is None


def test_a_value_without_an_entry_is_refused_naming_the_map() -> None:
    with pytest.raises(UnfitValueError, match=r"has no entry in \[value_maps.country\] of site.toml"):
        translate(COUNTRY, COUNTRIES, "Freedonia")


def test_of_a_divided_map_the_part_is_named() -> None:
    with pytest.raises(UnfitValueError, match=r"\[value_maps.state.US\]"):
        translate(ValueMap("state", per="Country"), {}, "Bavaria", "US")


def test_a_value_without_an_entry_is_kept_where_the_flow_says_so() -> None:
    assert translate(ValueMap("state", unmapped="keep"), COUNTRIES, " Bavaria ") == "Bavaria"


def test_the_part_of_a_divided_map_is_found_without_case() -> None:
    assert part_of({"us": {"texas": "TX"}}, "US") == {"texas": "TX"}


def test_a_divided_map_has_an_empty_part_for_any_other_key() -> None:
    assert part_of({"us": {"texas": "TX"}, "flat": "x"}, "DE") == part_of({"flat": "x"}, "flat") == {}


@settings(deadline=None)
@given(st.sampled_from(sorted(COUNTRIES)))
def test_translating_a_translated_value_changes_nothing(key: str) -> None:
    once = translate(COUNTRY, COUNTRIES, key)
    assert once is not None
    assert translate(COUNTRY, COUNTRIES, once) == once
