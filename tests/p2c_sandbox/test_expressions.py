from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

import p2c_metadata
from p2c_sandbox.expressions import (
    Arithmetic,
    Comparison,
    Condition,
    Conjunction,
    Constant,
    Negation,
    Path,
    Wildcard,
    comparable,
    kind_of,
    wildcard_pattern,
)

NAME = Path(("name",), "string")


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("Straße ", "string", "strasse"),
        ("2026-03-05", "datetime", datetime(2026, 3, 5, tzinfo=UTC)),
        ("AB", "guid", "ab"),
        (5, "number", 5),
        (None, "string", None),
    ],
)
def test_a_value_is_compared_as_the_database_does(value: Any, kind: Any, expected: Any) -> None:
    assert comparable(value, kind) == expected


def test_a_path_that_breaks_off_is_null() -> None:
    path = Path(("primarycontactid", "fullname"), "string")
    assert path.evaluate({"primarycontactid": {"fullname": "Yvonne"}}) == "yvonne"
    assert path.evaluate({"primarycontactid": None}) is None
    assert path.evaluate({}) is None


@pytest.mark.parametrize(("word", "expected"), [("eq", False), ("ne", True), ("gt", False), ("le", False)])
def test_null_is_equal_to_null_only(word: str, expected: bool) -> None:
    assert Comparison(word, NAME, Constant("x", "string")).evaluate({}) is expected
    assert Comparison("eq", NAME, Constant(None, "null")).evaluate({})


def test_logic_joins_its_parts() -> None:
    yes, no = Constant(True, "boolean"), Constant(False, "boolean")
    assert Conjunction((yes, no), every=False).evaluate({})
    assert not Conjunction((yes, no), every=True).evaluate({})
    assert Negation(no).evaluate({})


def test_arithmetic_is_exact_and_null_where_it_has_no_result() -> None:
    tenth = Constant(Decimal("0.1"), "number")
    assert Arithmetic("mul", tenth, Constant(3, "number")).evaluate({}) == Decimal("0.3")
    assert Arithmetic("mod", tenth, Constant(0, "number")).evaluate({}) is None
    huge = Constant(Decimal("1E+900000"), "number")
    assert Arithmetic("mul", huge, huge).evaluate({}) is None


def test_a_wildcard_stands_for_any_characters() -> None:
    pattern = wildcard_pattern("Con*(a)", {"*": ".*"})
    assert Wildcard(NAME, pattern, negated=False).evaluate({"name": "contoso (A)"})
    assert Wildcard(NAME, pattern, negated=True).evaluate({"name": "contoso"})


def test_a_test_of_null_is_a_no() -> None:
    assert not Condition(NAME, lambda _: True).evaluate({})


def test_an_enumeration_is_a_kind_of_its_own() -> None:
    customers = p2c_metadata.load("finance_operations").entity_set("CustomersV3")
    assert kind_of(customers.properties["OnHoldStatus"]) == "enum"
    assert kind_of(customers.properties["CustomerAccount"]) == "string"
