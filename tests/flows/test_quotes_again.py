"""Quotes that were sent before: what a second run writes, and under other settings of the site."""

from __future__ import annotations

import pytest
from fixtures.demo_quotes import DemoQuotes


def test_a_second_run_of_everything_writes_nothing(demo_quotes: DemoQuotes) -> None:
    demo_quotes.customers("demf")
    for organization in ("usmf", "demf"):
        demo_quotes.run("first", organization)
    before = demo_quotes.writes()
    for organization in ("demf", "usmf"):
        counts = demo_quotes.run("second", organization, full=True)
        assert not {"created", "updated", "failed"} & set(counts)
    assert demo_quotes.writes() == before


@pytest.mark.parametrize("answer", ["total", "split"])
def test_ten_off_three_pieces_comes_to_the_same_amount_either_way(demo_quotes: DemoQuotes, answer: str) -> None:
    demo_quotes.settings(choices={"discounts": answer})
    demo_quotes.run("first")
    (line,) = demo_quotes.lines("QUO-01001").values()
    assert (line["LineDiscountAmount"], line["FixedPriceCharges"]) == ("3.33", "-0.01")
    assert (line["TotalDiscountAmount"], line["LineAmount"]) == (10, "589.97")
    before = demo_quotes.writes()
    demo_quotes.run("second", full=True)
    assert demo_quotes.writes() == before


def test_a_changed_quantity_keeps_the_discount_of_the_line(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    demo_quotes.rewrite_line("QUO-01001", 0, quantity=7, extendedamount=1389.93)
    demo_quotes.run("second")
    (line,) = demo_quotes.lines("QUO-01001").values()
    assert (line["TotalDiscountAmount"], line["LineAmount"]) == (10, "1389.93")
    before = demo_quotes.writes()
    demo_quotes.run("third", full=True)
    assert demo_quotes.writes() == before


def test_a_date_that_finance_moved_stays_where_sales_states_none(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    header = demo_quotes.header("QUO-01004")
    demo_quotes.steps.rewrite(
        "finance_operations", "CDSSalesQuotationHeaders", header, RequestedShippingDate="2026-04-01T12:00:00Z"
    )
    demo_quotes.rewrite("QUO-01004", name="Another name")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01004").changed_fields == ("SalesQuotationName",)
    assert demo_quotes.header("QUO-01004")["RequestedShippingDate"] == "2026-04-01T12:00:00Z"


def test_a_site_may_ask_for_the_receipt_date(demo_quotes: DemoQuotes) -> None:
    demo_quotes.settings(choices={"requested_date": "receipt"})
    demo_quotes.run("first")
    demo_quotes.rewrite("QUO-01000", requestdeliveryby="2026-03-30T04:00:00Z")
    demo_quotes.run("second")
    header = demo_quotes.header("QUO-01000")
    assert header["ReceiptDateRequested"] == "2026-03-30T12:00:00Z"
    assert header["RequestedShippingDate"] == "2026-03-20T12:00:00Z"
    assert {line["RequestedReceiptDate"] for line in demo_quotes.lines("QUO-01000").values()} == {
        "2026-03-30T12:00:00Z"
    }
