from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from p2c.contract import FieldContract, Kind
from p2c.errors import ConfigurationError
from p2c.flow import (
    Block,
    Computed,
    Constant,
    DateDefault,
    FirstFilled,
    Join,
    LengthPolicy,
    LocalDate,
    OnlyIf,
    Pair,
    SiteDefault,
    ValueMap,
)
from p2c.mapping.hop import Hop, MappedPart, block_column, defaulted_fields, withheld_fields

COUNTRY = Pair("country", "Country", (ValueMap("country"), SiteDefault(required=False)))
STATE = Pair("state", "State", (ValueMap("state", per="Country", unmapped="keep"),))
STREET = Pair(("line1", "line2", "line3"), "Street", (Join("\n"),))
ADDRESS = Block("address", content=("Street", "State"), lead=("Country",), carried=("Roles",))
ADDRESS_PAIRS = (COUNTRY, STATE, STREET, Pair(None, "Roles", (Constant("Business"),)))
VALUE_MAPS = {"country": {"usa": "US"}, "state": {"US": {"washington": "WA"}}}
COLUMNS = ("country", "state", "line1", "line2", "line3", "name")


def hop(*pairs: Pair, contracts: dict[str, FieldContract] | None = None, **settings: Any) -> Hop:
    known = {pair.target: FieldContract(pair.target, "text") for pair in pairs} | (contracts or {})
    return Hop(pairs, known, value_maps=VALUE_MAPS, **settings)


def source(*rows: dict[str, str]) -> pd.DataFrame:
    columns = {name: pd.array([row.get(name) for row in rows], pd.ArrowDtype(pa.string())) for name in COLUMNS}
    return pd.DataFrame(columns)


def mapped(pair: Pair, kind: Kind, *values: str | None, **limits: Any) -> MappedPart:
    contract = FieldContract(pair.target, kind, **limits)
    rows = [{"name": value} if value is not None else {} for value in values]
    return hop(pair, contracts={pair.target: contract}).apply(source(*rows))


def cells(part: MappedPart, target: str) -> list[object]:
    return [None if pd.isna(value) else value for value in part.frame[target]]


def address(*rows: dict[str, str], default: str | None = "US") -> MappedPart:
    defaults = {} if default is None else {"Country": default}
    return hop(*ADDRESS_PAIRS, blocks=(ADDRESS,), defaults=defaults).apply(source(*rows))


def test_a_pair_copies_its_source() -> None:
    assert cells(mapped(Pair("name", "Name"), "text", "Contoso", None, "  "), "Name") == ["Contoso", None, None]


def test_an_amount_is_mapped_as_an_exact_decimal() -> None:
    part = mapped(Pair("name", "Amount"), "decimal", "0.1", "1234567890123456789012.34", scale=2)
    assert cells(part, "Amount") == [Decimal("0.10"), Decimal("1234567890123456789012.34")]
    assert part.frame["Amount"].dtype.pyarrow_dtype == pa.decimal128(38, 2)


def test_the_first_filled_source_counts() -> None:
    part = hop(Pair(("name", "line1"), "Name", (FirstFilled(),))).apply(
        source({"name": "Contoso", "line1": "Main"}, {"name": "  ", "line1": "Main"}, {})
    )
    assert cells(part, "Name") == ["Contoso", "Main", None]


def test_a_local_midnight_becomes_the_date_of_the_organizations_time_zone() -> None:
    pair = Pair("name", "Day", (LocalDate(),))
    days = hop(pair, contracts={"Day": FieldContract("Day", "date")}, time_zone=ZoneInfo("Europe/Vilnius"))
    part = days.apply(source({"name": "2026-03-04T22:00:00Z"}, {"name": "never"}, {}))
    assert cells(part, "Day") == [date(2026, 3, 5), None, None]
    assert [(found.row, found.reason.code) for found in part.problems] == [(1, "type")]


WANTED = Pair(("Wanted", "Effective"), "Shipping", (DateDefault("Delivery"),))


def dated(default: str | None) -> MappedPart:
    days = {"Wanted": [date(2026, 3, 5), None, None], "Effective": [date(2026, 3, 1), date(2026, 3, 2), None]}
    frame = pd.DataFrame({name: pd.array(column, pd.ArrowDtype(pa.date32())) for name, column in days.items()})
    defaults = {} if default is None else {"Delivery": default}
    return hop(WANTED, contracts={"Shipping": FieldContract("Shipping", "date")}, defaults=defaults).apply(frame)


def test_a_blank_date_counts_from_another_one() -> None:
    assert cells(dated("14"), "Shipping") == [date(2026, 3, 5), date(2026, 3, 16), None]


def test_a_blank_date_stays_blank_where_the_organization_has_no_default() -> None:
    assert cells(dated(None), "Shipping") == [date(2026, 3, 5), None, None]


def test_a_date_that_is_a_default_is_marked_as_one() -> None:
    rows = dated("14").frame.to_dict("records")
    assert [defaulted_fields(row) for row in rows] == [frozenset(), {"Shipping"}, {"Shipping"}]


def test_a_default_that_is_no_date_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="Delivery: 'soon' is neither a date"):
        dated("soon")


def test_a_value_may_hang_on_a_yes_or_no_of_the_same_hop() -> None:
    flag, city = Pair("name", "Own"), Pair("line1", "City", (OnlyIf("Own"),))
    part = hop(flag, city, contracts={"Own": FieldContract("Own", "boolean")}).apply(
        source({"name": "true", "line1": "Kaunas"}, {"name": "false", "line1": "Vilnius"}, {"line1": "Berlin"})
    )
    assert cells(part, "City") == ["Kaunas", None, None]


def twice(number: str | None) -> Decimal | None:
    if number == "thirteen":
        raise ValueError("13 is no lucky number")
    return None if number is None else Decimal(number) * 2


def test_a_computed_value_is_worked_out_of_the_sources_in_their_order() -> None:
    both = Pair(("name", "line1"), "Both", (Computed(lambda name, line: f"{line}/{name}"),))
    part = hop(both).apply(source({"name": "Contoso", "line1": "1 Main St"}, {"name": "Fabrikam"}))
    assert cells(part, "Both") == ["1 Main St/Contoso", "None/Fabrikam"]


def test_a_computed_value_is_read_as_the_targets_type_and_a_blank_source_is_none() -> None:
    part = mapped(Pair("name", "Amount", (Computed(twice),)), "decimal", "1.005", "  ", None, scale=2)
    assert cells(part, "Amount") == [Decimal("2.01"), None, None]


def test_a_value_that_a_function_refuses_is_a_problem_of_its_row_in_the_functions_words() -> None:
    part = mapped(Pair("name", "Amount", (Computed(twice),)), "decimal", "1", "thirteen")
    assert [(found.row, found.reason.code, found.reason.text) for found in part.problems] == [
        (1, "computed", "Amount: 13 is no lucky number.")
    ]
    assert (part.problems[0].reason.field, part.problems[0].reason.value) == ("name", "thirteen")


def test_a_function_that_fails_on_a_row_rejects_that_row_alone() -> None:
    part = mapped(Pair("name", "Amount", (Computed(Decimal),)), "decimal", "1", "thirteen")
    assert cells(part, "Amount") == [Decimal(1), None]
    assert "fails on this row (InvalidOperation: " in part.problems[0].reason.text
    assert part.problems[0].row == 1


def test_an_integer_next_to_a_null_stays_an_integer() -> None:
    part = mapped(Pair("name", "Count"), "integer", "9007199254740993", None)
    assert cells(part, "Count") == [9007199254740993, None]
    assert hop(Pair("Count", "Text")).apply(part.frame).frame["Text"].iloc[0] == "9007199254740993"


def test_a_constant_is_the_same_in_every_row() -> None:
    part = hop(Pair(None, "Type", (Constant("Organization"),))).apply(source({}, {}))
    assert cells(part, "Type") == ["Organization", "Organization"]


def test_lines_are_joined_by_line_breaks_without_the_blank_ones() -> None:
    part = address({"line1": "1 Main St ", "line2": " ", "line3": "Floor 3"})
    assert cells(part, "Street") == ["1 Main St\nFloor 3"]


def test_a_default_fills_a_blank_alone() -> None:
    part = address({"country": "usa", "line1": "x"}, {"country": " ", "line1": "x"}, {"line1": "x"}, default="DE")
    assert cells(part, "Country") == ["US", "DE", "DE"]


def test_a_required_default_that_the_site_lacks_is_a_configuration_error_naming_its_place() -> None:
    lacking = hop(Pair(None, "SiteId", (SiteDefault(),)), defaults_place="site.toml [organizations.usmf.defaults.a]")
    with pytest.raises(ConfigurationError, match=r"site.toml \[organizations.usmf.defaults.a\] lacks SiteId"):
        lacking.apply(source({}))


def test_a_value_map_that_the_site_lacks_is_a_configuration_error_naming_it() -> None:
    with pytest.raises(ConfigurationError, match=r"no value map \[value_maps.unit\], which Unit needs"):
        hop(Pair("name", "Unit", (ValueMap("unit"),))).apply(source({}))


def test_an_unmapped_country_is_found_naming_its_value_and_its_map() -> None:
    part = address({}, {"country": "Freedonia", "line1": "x"})
    (finding,) = part.problems
    assert (finding.row, finding.target, finding.reason.code) == (1, "Country", "value_map")
    assert finding.reason.text == (
        "Country: 'Freedonia' has no entry in [value_maps.country] of site.toml; add one or mend the value."
    )
    assert (finding.reason.field, finding.reason.value) == ("country", "Freedonia")


def test_the_default_does_not_stand_in_for_a_value_without_an_entry() -> None:
    assert cells(address({"country": "Freedonia", "line1": "x"}), "Country") == [None]


def test_a_state_is_mapped_by_the_part_of_its_country() -> None:
    part = address({"country": "usa", "state": "Washington"}, {"country": "US", "state": "wa"})
    assert cells(part, "State") == ["WA", "WA"]


def test_an_unmapped_state_is_kept_for_the_reference_to_judge() -> None:
    part = address({"country": "usa", "state": " Bavaria "}, {"country": "Freedonia", "state": "Sylvania"})
    assert cells(part, "State") == ["Bavaria", "Sylvania"]


def test_a_value_of_a_divided_map_without_its_key_is_found_unless_it_is_kept() -> None:
    strict = replace(STATE, transforms=(ValueMap("state", per="Country"),))
    part = hop(COUNTRY, strict).apply(source({"state": "Texas"}, {"state": "Oz", "country": "usa"}))
    assert [finding.reason.text.partition(" has no")[0] for finding in part.problems] == [
        "State: 'Texas'",
        "State: 'Oz'",
    ]


def test_a_block_with_only_a_country_sends_nothing() -> None:
    part = address({"country": "usa"})
    assert cells(part, "Country") == cells(part, "Roles") == [None]
    assert cells(part, block_column(ADDRESS)) == [False]


def test_a_default_country_belongs_to_a_block_with_content_alone() -> None:
    part = address({"line1": "1 Main St"}, {})
    assert cells(part, "Country") == ["US", None]
    assert cells(part, "Roles") == ["Business", None]
    assert cells(part, block_column(ADDRESS)) == [True, False]


def test_an_unmapped_country_of_a_block_without_content_is_no_problem() -> None:
    assert address({"country": "Freedonia"}).problems == ()


def test_a_block_whose_only_content_is_unfit_is_kept_with_its_finding() -> None:
    unfit = hop(*ADDRESS_PAIRS, blocks=(ADDRESS,), defaults={"Country": "US"}).apply(source({"line1": "a\x00b"}))
    assert [finding.reason.code for finding in unfit.problems] == ["type"]
    assert cells(unfit, block_column(ADDRESS)) == [True]


def test_the_fields_of_a_block_that_is_not_sent_are_withheld() -> None:
    assert withheld_fields([ADDRESS], {block_column(ADDRESS): False}) == set(ADDRESS.fields)
    assert withheld_fields([ADDRESS], {block_column(ADDRESS): True}) == set()


def test_a_truncated_value_fits_and_is_noted() -> None:
    pair = Pair("name", "Memo", length=LengthPolicy.TRUNCATE)
    part = mapped(pair, "text", "abc", "abcdef", length=3)
    assert cells(part, "Memo") == ["abc", "abc"]
    assert [(note.row, note.reason.code, note.reason.text) for note in part.notes] == [
        (1, "truncated", "Memo: cut to 3 characters.")
    ]
    assert part.problems == ()


def test_a_value_too_long_is_left_whole_for_validation_where_it_is_not_truncated() -> None:
    part = mapped(Pair("name", "Memo"), "text", "abcdef", length=3)
    assert (cells(part, "Memo"), part.notes) == (["abcdef"], ())


def test_a_value_of_another_type_is_found_in_each_row_that_holds_it() -> None:
    part = mapped(Pair("name", "Count"), "integer", "x", "1", "x")
    assert [(finding.row, finding.reason.text) for finding in part.problems] == [
        (0, "Count: 'x' is not a number."),
        (2, "Count: 'x' is not a number."),
    ]


def test_a_finding_names_the_field_of_the_flows_source() -> None:
    later = hop(Pair("name", "Count"), contracts={"Count": FieldContract("Count", "integer")}, origins={"name": "nm"})
    (finding,) = later.apply(source({"name": "x"})).problems
    assert finding.reason.field == "nm"


def test_a_message_holds_the_start_of_a_huge_value_alone() -> None:
    (finding,) = mapped(Pair("name", "Count"), "integer", "9" * (8 << 20)).problems
    assert len(finding.reason.text) < 400
    assert len(finding.reason.value) < 210


def test_a_page_without_rows_keeps_its_columns_and_types() -> None:
    part = address()
    assert list(part.frame.columns) == ["Country", "State", "Street", "Roles", "block:address"]
    assert {column.pyarrow_dtype for column in part.frame.dtypes} == {pa.string(), pa.bool_()}
