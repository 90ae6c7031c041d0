from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from p2c.systems.odata.filters import LONGEST_LIST, any_equal, conjunction, in_list, short_lists, span

START, END = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)


def test_conditions_are_bracketed_and_joined() -> None:
    assert conjunction("a eq 1 or b eq 2", None, "c eq 3") == "(a eq 1 or b eq 2) and (c eq 3)"


def test_a_single_condition_stands_alone() -> None:
    assert (conjunction(None, "a eq 1"), conjunction(None)) == ("a eq 1", None)


def test_a_span_is_half_open() -> None:
    assert span("modifiedon", START, END) == "modifiedon ge 2026-03-05T00:00:00Z and modifiedon lt 2026-03-06T00:00:00Z"


def test_a_span_may_have_no_start() -> None:
    assert span("modifiedon", None, END) == "modifiedon lt 2026-03-06T00:00:00Z"


def test_an_or_chain_quotes_its_values() -> None:
    assert any_equal("A", ["x", "O'B"]) == "A eq 'x' or A eq 'O''B'"


def test_an_or_chain_of_ids_has_no_quotes() -> None:
    row_id = "00000000-0000-0000-0000-000000000001"
    assert any_equal("_productid_value", [row_id], "Edm.Guid") == f"_productid_value eq {row_id}"


def test_dataverse_list_values_stand_in_double_quotes() -> None:
    assert (
        in_list("name", ['a"b', "O'B"])
        == """Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=["a\\"b","O'B"])"""
    )


def test_lists_stay_short_and_lose_nothing() -> None:
    values = [f"Kunde {number:04} ü" for number in range(1000)]
    lists = list(short_lists(values, overhead=10))
    assert [value for part in lists for value in part] == values
    assert all(sum(len(quote(value, safe="")) + 10 for value in part) <= LONGEST_LIST for part in lists)


def test_a_value_that_no_address_can_hold_is_left_out() -> None:
    assert list(short_lists(["x" * 65536, "a", "y" * 9000])) == [["a"]]


def test_a_value_longer_than_a_list_stands_alone() -> None:
    assert [len(part) for part in short_lists(["a", "b" * 5000, "c"])] == [1, 1, 1]
