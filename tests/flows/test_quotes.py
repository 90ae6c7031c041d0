"""Quotes with their lines through all four steps, over the awkward quotes of the demo."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fixtures.contacts import only
from fixtures.demo_quotes import DemoQuotes

from p2c.ledger import Outcome


def test_a_quote_lands_with_its_lines(sent_quotes: DemoQuotes) -> None:
    assert sent_quotes.outcome("first", "QUO-01000").outcome is Outcome.CREATED
    header = sent_quotes.header("QUO-01000")
    assert header["RequestingCustomerAccountNumber"] == "ACC-01000-BVRCPS"
    assert header["SalesQuotationName"] == sent_quotes.of_sales("QUO-01000")["name"]
    assert header["RequestedShippingDate"] == "2026-03-20T12:00:00Z"
    lines = sent_quotes.lines("QUO-01000")
    assert {number: (line["ProductNumber"], line["RequestedSalesQuantity"]) for number, line in lines.items()} == {
        1: ("D0001", 6),
        2: ("D0002", 2),
    }
    assert {line["SalesUnitSymbol"] for line in lines.values()} == {"ea"}
    assert {line["SalesPriceQuantity"] for line in lines.values()} == {1}


def test_every_quote_of_the_demo_has_the_outcome_that_its_story_asks_for(sent_quotes: DemoQuotes) -> None:
    outcomes = {
        (row.integration_key[:9], row.outcome)
        for row in sent_quotes.steps.ledger.outcomes(sent_quotes.steps.key("first"))
    }
    assert {number for number, outcome in outcomes if outcome is Outcome.CREATED} == {
        *(f"QUO-0100{number}" for number in (0, 1, 2, 3, 4)),
        *(f"QUO-010{number}" for number in (11, 13, 14, 16, 17, 18, 21, 22, 23, 24, 34, 35)),
    }
    assert {number for number, outcome in outcomes if outcome is Outcome.PARKED} == {"QUO-01025"}
    assert {number for number, outcome in outcomes if outcome is Outcome.REJECTED} == {"QUO-01036"}
    assert not {number for number, outcome in outcomes if outcome is Outcome.FAILED}


def test_quantities_of_zero_and_less_keep_their_amounts(sent_quotes: DemoQuotes) -> None:
    assert [line["LineAmount"] for line in sent_quotes.lines("QUO-01013").values()] == [-5, "-363.33", 1099]


@pytest.mark.parametrize(("number", "state"), [("QUO-01000", "WA"), ("QUO-01001", "TX"), ("QUO-01002", "CA")])
def test_a_country_may_be_written_out_spelled_otherwise_or_blank(
    sent_quotes: DemoQuotes, number: str, state: str
) -> None:
    header = sent_quotes.header(number)
    assert header["IsDeliveryAddressOrderSpecific"] == "Yes"
    assert header["DeliveryAddressCountryRegionISOCode"] == "US"
    assert header["DeliveryAddressStateId"] == state


def test_goods_that_the_customer_picks_up_and_quotes_without_an_address_have_none_of_their_own(
    sent_quotes: DemoQuotes,
) -> None:
    for number in ("QUO-01021", "QUO-01004"):
        header = sent_quotes.header(number)
        assert header["IsDeliveryAddressOrderSpecific"] == "No"
        assert header["DeliveryAddressName"] not in ("", header["RequestingCustomerAccountNumber"])


def test_a_line_has_its_own_address_only_where_it_goes_elsewhere(sent_quotes: DemoQuotes) -> None:
    first, second = sent_quotes.lines("QUO-01022").values()
    assert (first["IsDeliveryAddressOrderSpecific"], second["IsDeliveryAddressOrderSpecific"]) == ("No", "Yes")
    assert (second["DeliveryAddressCity"], second["DeliveryAddressStateId"]) == ("Seattle", "WA")


def test_a_quote_without_a_requested_date_counts_from_when_it_took_effect(sent_quotes: DemoQuotes) -> None:
    assert sent_quotes.header("QUO-01003")["RequestedShippingDate"] == "2026-03-16T12:00:00Z"
    assert sent_quotes.header("QUO-01004")["RequestedShippingDate"] == "2026-03-12T12:00:00Z"


def test_the_customer_may_be_a_contact(sent_quotes: DemoQuotes) -> None:
    assert sent_quotes.header("QUO-01011")["RequestingCustomerAccountNumber"].startswith("CON-")


def test_a_name_and_a_description_that_are_too_long_are_cut_and_noted(sent_quotes: DemoQuotes) -> None:
    assert {reason.code for reason in sent_quotes.outcome("first", "QUO-01024").reasons} == {"truncated"}
    assert len(sent_quotes.header("QUO-01024")["SalesQuotationName"]) <= 60


def test_a_price_agreed_by_hand_and_its_description_are_sent(sent_quotes: DemoQuotes) -> None:
    (line,) = sent_quotes.lines("QUO-01023").values()
    assert (line["SalesPrice"], line["LineDescription"]) == (1500, "Price agreed by phone")


def test_a_number_that_finance_uses_itself_is_not_taken_over(sent_quotes: DemoQuotes) -> None:
    assert only(sent_quotes.outcome("first", "QUO-01036")).code == "not_ours"


def test_amounts_are_exact_in_the_canonical_rows(sent_quotes: DemoQuotes) -> None:
    flow = sent_quotes.steps.context("first").applied_flow
    assert flow.lines is not None
    line = str(sent_quotes.lines_of_sales("QUO-01001")[0]["quotedetailid"])
    stored = sent_quotes.steps.cds.get(flow.lines.flow.cds, "quote_lines", "usmf", [line])[line].values
    assert (stored["DiscountAmount"], stored["LineAmount"]) == (Decimal("10.000000"), Decimal("589.9700"))
