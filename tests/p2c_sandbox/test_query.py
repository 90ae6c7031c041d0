from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import p2c_metadata
from p2c_sandbox.query import (
    Expand,
    QueryError,
    Scope,
    ordered,
    parse_count,
    parse_expand,
    parse_filter,
    parse_number,
    parse_orderby,
    parse_select,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
SALES = p2c_metadata.load("sales")
ACCOUNTS = Scope("dataverse", SALES.entity_set("accounts"), SALES, now=lambda: NOON)
FORTH = "89390c24-9c72-e511-80d4-00155d2a68d1"


def test_a_filter_tells_the_span_of_time_it_can_accept() -> None:
    found = parse_filter("modifiedon ge 2026-03-05 and modifiedon lt 2026-03-06 and statecode eq 0", ACCOUNTS)
    assert found.span("modifiedon") == (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    assert parse_filter("modifiedon ge 2026-03-05 or statecode eq 0", ACCOUNTS).span("modifiedon") == (None, None)
    moment = parse_filter("modifiedon le 2026-03-05T12:00:00Z", ACCOUNTS)
    assert moment.span("modifiedon") == (None, NOON + timedelta(seconds=1))


def test_the_end_of_time_can_be_asked_for() -> None:
    found = parse_filter("modifiedon le 9999-12-31T23:59:59Z", ACCOUNTS)
    assert found.span("modifiedon")[0] is None
    assert found({"modifiedon": "2026-03-05T12:00:00Z"})


def test_a_filter_tells_the_text_a_property_must_have() -> None:
    found = parse_filter(f"statecode eq 0 and accountid eq {FORTH}", ACCOUNTS)
    assert found.equality() == ("accountid", FORTH)
    assert parse_filter("statecode eq 0", ACCOUNTS).equality() is None
    assert parse_filter("primarycontactid/fullname eq 'x'", ACCOUNTS).equality() is None


def test_rows_are_ordered_without_case_and_null_first() -> None:
    rows = [{"name": "b", "statecode": 1}, {"name": "A", "statecode": 1}, {"name": None, "statecode": 0}]
    terms = parse_orderby("statecode desc, name", ACCOUNTS)
    assert [row["name"] for row in ordered(rows, terms, dict)] == ["A", "b", None]
    assert [row["name"] for row in ordered(rows, parse_orderby("name", ACCOUNTS), dict)] == [None, "A", "b"]


@pytest.mark.parametrize("text", ["nam", "name up", "name,", "name asc desc"])
def test_an_order_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse_orderby(text, ACCOUNTS)


def test_a_selection_names_properties_once() -> None:
    assert parse_select("name, accountnumber,name,primarycontactid", ACCOUNTS) == ("name", "accountnumber")
    assert "statecode" in parse_select("*", ACCOUNTS)
    with pytest.raises(QueryError, match="Could not find a property named 'nam'"):
        parse_select("nam", ACCOUNTS)


def test_an_expand_keeps_its_inner_options() -> None:
    found = parse_expand("primarycontactid($select=fullname,jobtitle;$filter=fullname eq 'a,(b'),parentaccountid")
    assert found == (
        Expand("primarycontactid", {"$select": "fullname,jobtitle", "$filter": "fullname eq 'a,(b'"}),
        Expand("parentaccountid", {}),
    )


@pytest.mark.parametrize("text", ["a($skip=1)", "a($select=b", "a)", "", ",".join("a" * 16)])
def test_an_expand_that_is_not_allowed_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse_expand(text)


@pytest.mark.parametrize("text", ["-1", "x", "", "99999999999", "1.5", "²"])
def test_a_number_option_takes_whole_numbers_only(text: str) -> None:
    with pytest.raises(QueryError, match=r"\$top"):
        parse_number("$top", text)


def test_count_takes_true_or_false() -> None:
    assert parse_count("True")
    with pytest.raises(QueryError):
        parse_count("yes")
