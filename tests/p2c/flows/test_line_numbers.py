from __future__ import annotations

import pytest

from p2c.flows.line_numbers import quote_line_numbers


def line(name: str, number: str | None, item: str | None = None, created: str = "2026-03-01") -> dict[str, str | None]:
    return {"quotedetailid": name, "sequencenumber": number, "lineitemnumber": item, "createdon": created}


def test_lines_with_numbers_of_their_own_keep_them() -> None:
    assert quote_line_numbers([line("a", "2"), line("b", "1")], {}) == {"a": "2", "b": "1"}


def test_lines_without_a_number_of_their_own_are_numbered_in_their_order_above_the_others() -> None:
    lines = [line("d", None, "4"), line("c", "1", "3"), line("b", "1", "2"), line("a", None, "1"), line("e", "7")]
    assert quote_line_numbers(lines, {}) == {"e": "7", "a": "8", "b": "9", "c": "10", "d": "11"}


def test_lines_of_one_place_are_numbered_by_their_creation_and_then_by_id() -> None:
    lines = [line("c", None, created="2026-03-02"), line("b", None), line("a", None)]
    assert quote_line_numbers(lines, {}) == {"a": "1", "b": "2", "c": "3"}


def test_a_line_keeps_the_number_it_was_sent_under_when_others_come_and_go() -> None:
    sent = quote_line_numbers([line("a", None, "1"), line("b", None, "2"), line("c", None, "3")], {})
    after = quote_line_numbers([line("c", None, "1"), line("new", None, "0"), line("a", None, "2")], sent)
    assert after == {"a": sent["a"], "c": sent["c"], "new": "4"}


def test_a_line_does_not_take_the_number_that_another_was_sent_under() -> None:
    assert quote_line_numbers([line("a", None), line("b", "1")], {"a": "1"}) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("number", ["", "  ", "0", "-3", "2.5", "first"])
def test_what_is_no_number_above_zero_counts_as_none(number: str) -> None:
    assert quote_line_numbers([line("a", number), line("b", "4")], {}) == {"b": "4", "a": "5"}


def test_the_same_lines_in_another_order_get_the_same_numbers() -> None:
    lines = [line("a", "1"), line("b", "1"), line("c", None), line("d", "3")]
    assert quote_line_numbers(lines, {}) == quote_line_numbers(lines[::-1], {})
