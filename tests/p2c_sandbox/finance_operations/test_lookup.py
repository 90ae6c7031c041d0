from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import p2c_metadata
from p2c_sandbox.finance_operations.lookup import candidates, demanded_keys, in_order, is_key_order
from p2c_sandbox.finance_operations.rows import SYSTEM
from p2c_sandbox.finance_operations.values import completed
from p2c_sandbox.query import Scope, parse_filter, parse_orderby
from p2c_sandbox.store import Row, Store, Transaction, key_text

MODEL = p2c_metadata.load("finance_operations")
GROUPS = MODEL.entity_set("CustomerGroups")
SCOPE = Scope("finance_operations", GROUPS, MODEL)
KEYS = [("usmf", "20"), ("usmf", "10"), ("demf", "10")]


@pytest.fixture
def transaction(tmp_path: Path) -> Iterator[Transaction]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        for company, group in KEYS:
            values = completed(GROUPS, {"dataAreaId": company, "CustomerGroupId": group, "Description": group})
            transaction.insert(SYSTEM, "CustomerGroups", key_text([company, group]), values)
        yield transaction
    store.close()


def keys(condition: str, company: str | None = None) -> set[str] | None:
    return demanded_keys(GROUPS, parse_filter(condition, SCOPE).expression, company)


def names(rows: Iterator[Row]) -> list[str]:
    return [f"{row.values['dataAreaId']}/{row.values['CustomerGroupId']}" for row in rows]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("dataAreaId eq 'usmf' and CustomerGroupId eq '10'", {("usmf", "10")}),
        (
            "dataAreaId eq 'usmf' and (CustomerGroupId eq '10' or CustomerGroupId eq '20')",
            {("usmf", "10"), ("usmf", "20")},
        ),
        (
            "(dataAreaId eq 'usmf' and CustomerGroupId eq '10') or (dataAreaId eq 'demf' and CustomerGroupId eq '10')",
            {("usmf", "10"), ("demf", "10")},
        ),
        (
            "dataAreaId eq 'usmf' and CustomerGroupId eq '10' and Description ne 'x' and PaymentTermId gt 'y'",
            {("usmf", "10")},
        ),
    ],
)
def test_a_filter_that_names_its_keys_tells_them(condition: str, expected: set[tuple[str, str]]) -> None:
    assert keys(condition) == {key_text(key) for key in expected}


def test_the_company_may_come_from_the_user() -> None:
    assert keys("CustomerGroupId eq '10'", "usmf") == {key_text(["usmf", "10"])}


@pytest.mark.parametrize(
    "condition",
    [
        "CustomerGroupId eq '10'",
        "dataAreaId eq 'usmf' and CustomerGroupId eq '1*'",
        "dataAreaId eq 'usmf' and CustomerGroupId gt '10'",
        "dataAreaId eq 'usmf' and (CustomerGroupId eq '10' or Description eq 'x')",
        "dataAreaId eq 'usmf' and not (CustomerGroupId eq '10')",
    ],
)
def test_a_filter_that_does_not_name_its_keys_tells_none(condition: str) -> None:
    assert keys(condition) is None


@pytest.mark.parametrize(
    ("order", "company", "expected"),
    [
        ("dataAreaId,CustomerGroupId", None, True),
        ("CustomerGroupId", "usmf", True),
        ("CustomerGroupId", None, False),
        ("CustomerGroupId desc", "usmf", False),
        ("Description", "usmf", False),
    ],
)
def test_the_order_of_the_key_is_recognised(order: str, company: str | None, expected: bool) -> None:
    assert is_key_order(GROUPS, parse_orderby(order, SCOPE), company) is expected


def test_rows_without_an_order_come_as_they_were_written(transaction: Transaction) -> None:
    assert names(candidates(transaction, GROUPS, None, None)) == ["usmf/20", "usmf/10", "demf/10"]


def test_rows_in_the_order_of_the_key_come_sorted(transaction: Transaction) -> None:
    order = parse_orderby("dataAreaId,CustomerGroupId", SCOPE)
    assert names(candidates(transaction, GROUPS, None, None, order)) == ["demf/10", "usmf/10", "usmf/20"]


def test_named_rows_come_without_the_others(transaction: Transaction) -> None:
    accepts = parse_filter("CustomerGroupId eq '10' or CustomerGroupId eq '99'", SCOPE)
    assert names(candidates(transaction, GROUPS, accepts, "usmf")) == ["usmf/10"]


def test_a_company_s_rows_in_the_order_of_the_key_begin_after_a_bound(transaction: Transaction) -> None:
    accepts = parse_filter("dataAreaId eq 'USMF' and CustomerGroupId gt '10'", SCOPE)
    order = parse_orderby("CustomerGroupId", SCOPE)
    assert names(candidates(transaction, GROUPS, accepts, None, order)) == ["usmf/20"]


@pytest.mark.parametrize(
    "condition",
    [
        "dataAreaId eq 'usmf' and CustomerGroupId ge '10'",
        "dataAreaId eq 'usmf' and (CustomerGroupId gt '10' or CustomerGroupId eq '10')",
        "dataAreaId eq 'usmf' and not (CustomerGroupId gt '10')",
        "dataAreaId eq 'usmf' and Description gt '10'",
    ],
)
def test_what_is_no_bound_of_the_key_hides_no_row(transaction: Transaction, condition: str) -> None:
    order = parse_orderby("dataAreaId,CustomerGroupId", SCOPE)
    assert names(candidates(transaction, GROUPS, parse_filter(condition, SCOPE), None, order)) == ["usmf/10", "usmf/20"]


def test_rows_are_found_by_an_index_where_there_is_one(transaction: Transaction) -> None:
    accepts = parse_filter("dataAreaId eq 'usmf' and (Description eq '20 ' or Description eq '10')", SCOPE)
    without = set(names(candidates(transaction, GROUPS, accepts, None)))
    transaction.index(SYSTEM, "CustomerGroups", "Description")
    assert without == {"usmf/20", "usmf/10", "demf/10"}
    assert names(candidates(transaction, GROUPS, accepts, None)) == ["usmf/10", "demf/10", "usmf/20"]


def test_numbers_in_a_key_are_no_text() -> None:
    lines = MODEL.entity_set("CDSSalesQuotationLines")
    order = parse_orderby(",".join(lines.key), Scope("finance_operations", lines, MODEL))
    assert not is_key_order(lines, order, None)


def test_rows_are_sorted_by_every_term(transaction: Transaction) -> None:
    rows = transaction.find(SYSTEM, "CustomerGroups")
    order = parse_orderby("Description desc,dataAreaId", SCOPE)
    assert names(in_order(GROUPS, order, rows)) == ["usmf/20", "demf/10", "usmf/10"]
