from __future__ import annotations

from decimal import Decimal

import pytest

from p2c_sandbox.rules.sales.pricing import LINE_ITEM, PER_UNIT, line_amounts, line_discount, quote_totals


@pytest.mark.parametrize(("method", "extended"), [(LINE_ITEM, "290.00"), (PER_UNIT, "270.00")])
def test_a_manual_discount_is_the_lines_or_one_units(method: int, extended: str) -> None:
    line = {"quantity": 3, "priceperunit": Decimal("100"), "manualdiscountamount": Decimal("10.00")}
    amounts = line_amounts(line, method)
    assert (amounts["baseamount"], amounts["extendedamount"]) == (Decimal("300.00"), Decimal(extended))


def test_a_volume_discount_is_one_units_and_tax_is_added() -> None:
    line = {"quantity": 2, "priceperunit": 50, "volumediscountamount": Decimal("2.5"), "tax": Decimal("19")}
    assert line_amounts(line, LINE_ITEM) == {"baseamount": Decimal("95.00"), "extendedamount": Decimal("114.00")}


@pytest.mark.parametrize(("quantity", "extended"), [("0", "-10.00"), ("-3", "-310.00"), ("0.33333", "23.33")])
def test_any_quantity_is_calculated(quantity: str, extended: str) -> None:
    line = {"quantity": Decimal(quantity), "priceperunit": 100, "manualdiscountamount": 10}
    assert line_amounts(line, LINE_ITEM)["extendedamount"] == Decimal(extended)


def test_a_line_without_values_amounts_to_nothing() -> None:
    assert line_amounts({}, LINE_ITEM)["extendedamount"] == 0
    assert line_discount({"manualdiscountamount": None}, PER_UNIT) == 0


def test_a_quote_adds_its_lines_and_takes_off_its_own_discounts() -> None:
    lines = [
        {"extendedamount": Decimal("300.00"), "tax": Decimal("19.00"), "manualdiscountamount": Decimal("10.00")},
        {"extendedamount": Decimal("119.00")},
    ]
    quote = {"discountamount": Decimal("50"), "discountpercentage": Decimal("10"), "freightamount": Decimal("7.50")}
    assert quote_totals(quote, lines, LINE_ITEM) == {
        "totallineitemamount": Decimal("400.00"),
        "totallineitemdiscountamount": Decimal("10.00"),
        "totaldiscountamount": Decimal("90.00"),
        "totalamountlessfreight": Decimal("310.00"),
        "totaltax": Decimal("19.00"),
        "totalamount": Decimal("336.50"),
        "pricingerrorcode": 0,
    }


def test_a_line_without_a_price_is_an_error_of_its_quote() -> None:
    assert quote_totals({}, [{"pricingerrorcode": 11}], LINE_ITEM)["pricingerrorcode"] == 1
