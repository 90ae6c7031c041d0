from __future__ import annotations

from decimal import Decimal

import pytest

from p2c.flows.products import cost_per_unit, price_of_one, price_per_unit


@pytest.mark.parametrize(
    ("price", "quantity", "expected"),
    [("250", "100", "2.5"), ("10", "4", "2.50"), ("0.0125", "1", "0.0125"), ("95", "0", "95"), ("0", "3", "0")],
)
def test_a_price_is_divided_by_the_quantity_it_is_for(price: str, quantity: str, expected: str) -> None:
    assert price_per_unit(price, quantity) == Decimal(expected)


@pytest.mark.parametrize(("price", "quantity"), [("10", "3"), ("0.00125", "1")])
def test_a_price_that_sales_cannot_hold_exactly_is_refused(price: str, quantity: str) -> None:
    with pytest.raises(ValueError, match="4 decimal places"):
        price_per_unit(price, quantity)


def test_a_site_may_refuse_prices_of_more_than_one() -> None:
    assert price_of_one("10", "1") == 10
    with pytest.raises(ValueError, match="the price is for 100"):
        price_of_one("250", "100")


def test_a_cost_need_not_divide_exactly() -> None:
    assert cost_per_unit("10", "3") == Decimal(10) / 3


def test_a_blank_price_stays_blank() -> None:
    assert price_per_unit(None, "1") is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "ten"])
def test_what_is_no_number_is_refused(text: str) -> None:
    for price, quantity in ((text, "1"), ("1", text)):
        with pytest.raises(ValueError, match="is not a number"):
            price_per_unit(price, quantity)


def test_an_unknown_quantity_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="Populate distinct product table"):
        price_per_unit("1", None)
