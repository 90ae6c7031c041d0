from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2c_sandbox.rules.quotation_amounts import discounts_disagree, line_amounts, plain, rounded, split_discount

CENTS = st.decimals(min_value=-99_999, max_value=99_999, places=2)
QUANTITIES = st.decimals(min_value=-999, max_value=999, places=3)


def line(**values: str) -> dict[str, Any]:
    found = {"RequestedSalesQuantity": "3", "SalesPrice": "50", "SalesPriceQuantity": "1"} | values
    return {name: Decimal(value) for name, value in found.items()}


def test_ten_over_three_pieces_is_split_as_documented() -> None:
    assert split_discount(Decimal(10), Decimal(3)) == (Decimal("3.33"), Decimal("-0.01"))


def test_a_total_discount_is_split_and_taken_off_the_amount() -> None:
    amounts = line_amounts(line(TotalDiscountAmount="10"), by_total=True)
    assert amounts == {
        "LineDiscountAmount": Decimal("3.33"),
        "LineDiscountPercentage": 0,
        "FixedPriceCharges": Decimal("-0.01"),
        "TotalDiscountAmount": 10,
        "LineAmount": 140,
    }


def test_a_discount_per_unit_and_its_charge_give_the_total() -> None:
    amounts = line_amounts(line(LineDiscountAmount="3.33", FixedPriceCharges="-0.01"), by_total=False)
    assert (amounts["TotalDiscountAmount"], amounts["LineAmount"]) == (10, 140)


@given(CENTS, QUANTITIES)
def test_both_ways_to_send_a_discount_give_one_amount(total: Decimal, quantity: Decimal) -> None:
    values = line() | {"RequestedSalesQuantity": quantity}
    by_total = line_amounts(values | {"TotalDiscountAmount": total}, by_total=True)
    discount, charges = split_discount(total, quantity)
    by_unit = line_amounts(values | {"LineDiscountAmount": discount, "FixedPriceCharges": charges}, by_total=False)
    assert by_total["LineAmount"] == by_unit["LineAmount"] == plain(rounded(quantity * 50 - total, Decimal("0.01")))


def test_a_price_counts_for_its_price_quantity() -> None:
    values = line(RequestedSalesQuantity="40", SalesPrice="250", SalesPriceQuantity="100")
    assert line_amounts(values, by_total=False)["LineAmount"] == 100
    assert line_amounts(line(SalesPriceQuantity="0"), by_total=False)["LineAmount"] == 150


def test_percentages_come_off_after_the_discount_per_unit() -> None:
    values = line(LineDiscountAmount="10", LineDiscountPercentage="10", MultilineDiscountPercentage="50")
    assert line_amounts(values, by_total=False)["LineAmount"] == 54


def test_an_amount_has_no_more_digits_than_its_currency() -> None:
    values = line(SalesPrice="100.5")
    assert line_amounts(values, by_total=False, unit=Decimal(1))["LineAmount"] == 302


@pytest.mark.parametrize(("quantity", "amount"), [("0", "-10"), ("-3", "-160")])
def test_quantity_zero_and_below_are_handled(quantity: str, amount: str) -> None:
    amounts = line_amounts(line(RequestedSalesQuantity=quantity, TotalDiscountAmount="10"), by_total=True)
    assert amounts["LineAmount"] == Decimal(amount)


def test_two_discounts_in_one_write_must_agree() -> None:
    assert discounts_disagree({"TotalDiscountAmount": 10, "LineDiscountAmount": 5}, Decimal(3))
    assert not discounts_disagree({"TotalDiscountAmount": 15, "LineDiscountAmount": 5}, Decimal(3))
    assert not discounts_disagree({"TotalDiscountAmount": 10, "LineDiscountAmount": 0}, Decimal(3))
