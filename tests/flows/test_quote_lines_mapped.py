from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fixtures.both_hops import mapped, sent, with_answers

from p2c.flow import Flow, WritePolicy
from p2c.flows.quotes import QUOTES

LINE = {
    "quotedetailid": "id-1",
    "sequencenumber": "1",
    "quoteid.quotenumber": "QUO-01001-8TBA91",
    "quoteid.willcall": "false",
    "quoteid.createdon": "2026-02-25T09:10:00Z",
    "quoteid.shipto_line1": "2 Commerce Street",
    "quoteid.shipto_city": "Dallas",
    "productid.productnumber": "D0003",
    "productid.name": "StandardSpeaker",
    "quantity": "3.00000",
    "uomid.name": "Each",
    "uomid.uomscheduleid.name": "Default Unit",
    "priceperunit": "199.99",
    "manualdiscountamount": "10.00",
    "extendedamount": "589.97",
    "willcall": "false",
}
ADDRESS = {"shipto_line1": "1 Quay", "shipto_city": "Seattle", "shipto_stateorprovince": "WA"}


def lines(**answers: str) -> Flow:
    applied = with_answers("quotes", **answers).applied_to(QUOTES)
    assert applied.lines is not None
    return applied.lines.flow


def line(flow: Flow | None = None, **fields: str | None) -> dict[str, Any]:
    values, problems = mapped(flow or lines(), LINE | fields)
    assert problems == []
    return values


def test_a_line_bears_its_number_quote_product_quantity_and_price() -> None:
    values = line()
    assert (values["SalesQuotationNumber"], values["LineCreationSequenceNumber"]) == ("QUO-01001-8TBA91", 1)
    assert values["ProductNumber"] == "D0003"
    assert (values["RequestedSalesQuantity"], values["SalesPrice"]) == (3, Decimal("199.99"))


def test_a_price_is_always_that_of_one_unit() -> None:
    assert line()["SalesPriceQuantity"] == 1


def test_a_discount_is_sent_as_the_lines_total_and_in_no_other_form() -> None:
    values = line()
    assert values["TotalDiscountAmount"] == 10
    assert not {"LineDiscountAmount", "FixedPriceCharges"} & set(values)


def test_a_site_may_send_the_discount_of_a_unit_and_a_charge_instead() -> None:
    values = line(lines(discounts="split"))
    assert (values["LineDiscountAmount"], values["FixedPriceCharges"]) == (Decimal("3.33"), Decimal("-0.01"))
    assert "TotalDiscountAmount" not in values


def test_a_line_without_a_discount_says_so() -> None:
    assert line(manualdiscountamount=None)["TotalDiscountAmount"] == 0


def test_a_manual_discount_of_a_unit_counts_once_per_unit() -> None:
    assert line(lines(discount_method="per_unit"))["TotalDiscountAmount"] == 30


def test_how_discounts_are_calculated_is_expected_of_sales() -> None:
    for answer, value in (("line_item", "0"), ("per_unit", "1")):
        (expects,) = lines(discount_method=answer).source.expects
        assert (expects.field, expects.values[0]) == ("discountcalculationmethod", value)


def test_whatever_makes_the_amount_is_sent_together() -> None:
    (amount, _) = lines(discounts="split").blocks
    assert amount.content == (
        "RequestedSalesQuantity",
        "SalesPrice",
        "SalesPriceQuantity",
        "LineDiscountAmount",
        "FixedPriceCharges",
    )


def test_a_unit_is_told_by_its_group_and_name() -> None:
    assert line()["SalesUnitSymbol"] == "ea"
    _, problems = mapped(lines(), LINE | {"uomid.uomscheduleid.name": "Packaging", "uomid.name": "Carton"})
    assert "'Packaging/Carton' has no entry in [value_maps.sales_unit]" in problems[0].text


def test_a_line_without_a_price_is_a_problem_for_finance_and_operations_would_take_its_own() -> None:
    _, problems = mapped(lines(), LINE | {"priceperunit": None})
    assert [problem.field for problem in problems][:1] == ["priceperunit"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requestdeliveryby": "2026-03-20T04:00:00Z"}, date(2026, 3, 20)),
        ({"quoteid.requestdeliveryby": "2026-03-24T04:00:00Z"}, date(2026, 3, 24)),
        ({}, date(2026, 3, 11)),
    ],
)
def test_a_line_is_wanted_when_it_says_or_its_quote_does_or_days_after_it_took_effect(
    fields: dict[str, str], expected: date
) -> None:
    assert line(**fields)["RequestedShippingDate"] == expected


def test_one_answer_decides_about_the_dates_of_header_and_lines() -> None:
    assert lines().destination_pair("RequestedReceiptDate").write is WritePolicy.ON_CREATE
    assert lines(requested_date="receipt").destination_pair("RequestedReceiptDate").write is WritePolicy.ALWAYS
    assert lines(requested_date="receipt").destination_pair("RequestedShippingDate").write is WritePolicy.ON_CREATE


def test_a_line_with_an_address_of_its_own_sends_it() -> None:
    flow = lines()
    values = line(flow, **ADDRESS, shipto_country="usa")
    assert "delivery address" in sent(flow, values)
    assert values["IsDeliveryAddressOrderSpecific"] == "Yes"
    assert values["DeliveryAddressCity"] == "Seattle"


@pytest.mark.parametrize(
    "fields", [{}, {"shipto_line1": "2 Commerce Street", "shipto_city": "Dallas"}, {**ADDRESS, "willcall": "true"}]
)
def test_a_line_that_goes_where_its_quote_goes_sends_no_address(fields: dict[str, str]) -> None:
    flow = lines()
    values = line(flow, **fields)
    assert "delivery address" not in sent(flow, values)
    assert values["IsDeliveryAddressOrderSpecific"] == "No"


def test_a_product_name_is_sent_only_where_a_site_says_so() -> None:
    assert "ProductName" not in line()
    flow = lines()
    on = flow.with_pair(replace(flow.destination_pair("ProductName"), enabled=True))
    assert line(on)["ProductName"] == "StandardSpeaker"
