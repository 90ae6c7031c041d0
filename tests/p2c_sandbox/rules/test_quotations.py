from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.rules import Context, RuleViolation
from p2c_sandbox.rules.quotations import (
    HEADERS,
    LINES,
    check_editable,
    check_status_kept,
    is_blank_date,
    lines_of,
    quotations_of,
    smallest_amount,
    totals,
)
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.settings import FinanceOperationsSettings
from p2c_sandbox.store import Store, key_text


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        yield Context(transaction, "usmf")
    store.close()


def line(amount: str, discount: str = "0") -> dict[str, Any]:
    return {"LineAmount": amount, "TotalDiscountAmount": discount}


def test_totals_are_those_of_the_lines() -> None:
    found = totals({}, [line("10.50", "1"), line("20", "0.25")])
    assert (found["QuotationTotalAmount"], float(found["QuotationTotalDiscountAmount"])) == (30.5, 1.25)


def test_a_quotation_without_lines_has_no_total() -> None:
    assert totals({"TotalDiscountAmount": 5}, [])["QuotationTotalAmount"] == 0


def test_a_percentage_of_discount_wins_over_its_amount() -> None:
    found = totals({"TotalDiscountAmount": 5, "TotalDiscountPercentage": 10}, [line("20")])
    assert (found["TotalDiscountAmount"], found["QuotationTotalAmount"]) == (2, 18)


def test_only_a_created_quotation_can_be_changed_unless_a_setting_says_more(context: Context) -> None:
    sent = {"SalesQuotationNumber": "Q", "SalesQuotationStatus": "Sent"}
    check_editable(context, sent | {"SalesQuotationStatus": "Created"})
    with pytest.raises(RuleViolation, match="Quotation 'Q' has status 'Sent' and cannot be changed"):
        check_editable(context, sent)
    settings = FinanceOperationsSettings(editable_quotation_statuses=("Created", "Sent"))
    check_editable(Context(context.transaction, "usmf", settings), sent)


def test_a_status_may_be_repeated_but_not_moved() -> None:
    assert list(check_status_kept("Created", "Created")) == list(check_status_kept("Created", None)) == []
    assert len(list(check_status_kept("Created", "Sent"))) == 1


def test_lines_are_those_of_the_number_in_the_company(context: Context) -> None:
    for company, number in (("usmf", "Q1"), ("demf", "Q1"), ("usmf", "Q2")):
        row = {"dataAreaId": company, "SalesQuotationNumber": number}
        context.transaction.insert(SYSTEM, LINES, key_text([company, 1, number]), row)
    assert [row.key for row in lines_of(context, "q1")] == [key_text(["usmf", 1, "Q1"])]


def test_a_customer_s_quotations_are_those_in_the_company(context: Context) -> None:
    for company, number in (("usmf", "Q1"), ("demf", "Q2")):
        row = {"dataAreaId": company, "RequestingCustomerAccountNumber": "US-001"}
        context.transaction.insert(SYSTEM, HEADERS, key_text([company, number]), row)
    assert [row.key for row in quotations_of(context, "us-001")] == [key_text(["usmf", "Q1"])]


@pytest.mark.parametrize(("rule", "amount"), [(1, "1"), (0, "0.01")])
def test_a_currency_says_what_it_is_rounded_to(context: Context, rule: int, amount: str) -> None:
    context.transaction.insert(SYSTEM, "Currencies", key_text(["JPY"]), {"RoundingRuleSalesOrders": rule})
    assert str(smallest_amount(context, "JPY")) == amount


@pytest.mark.parametrize("value", [None, "", "1900-01-01T12:00:00Z"])
def test_a_date_of_1900_is_blank(value: str | None) -> None:
    assert is_blank_date(value)
    assert not is_blank_date("2026-04-01T12:00:00Z")
