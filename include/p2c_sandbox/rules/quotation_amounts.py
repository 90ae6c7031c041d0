"""Amounts of an F&O quotation line, and how F&O splits a discount of the whole line.

Amount = quantity x (price / price quantity - discount per unit) less percentages, plus fixed charges. A total
discount L over quantity q becomes d = round(L / q, 2) per unit and the charge q x d - L. Source: Microsoft docs,
"Synchronize sales orders directly between Sales and Finance and Operations" (3 pieces, 10.00: 3.33 and -0.01).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def line_amounts(values: Mapping[str, Any], *, by_total: bool, unit: Decimal = CENT) -> dict[str, Decimal]:
    """LineAmount and the discount fields of a line; `by_total` splits TotalDiscountAmount, else it follows.

    `unit` is the smallest amount of the currency.
    """
    quantity, discount, charges = (
        _number(values, name) for name in ("RequestedSalesQuantity", "LineDiscountAmount", "FixedPriceCharges")
    )
    percentage = _number(values, "LineDiscountPercentage")
    if by_total:
        discount, charges = split_discount(_number(values, "TotalDiscountAmount"), quantity)
        percentage = Decimal(0)
    gross = quantity * _number(values, "SalesPrice") / (_number(values, "SalesPriceQuantity") or 1)
    amount = gross - quantity * (discount + _number(values, "MultilineDiscountAmount"))
    amount *= (1 - percentage / _HUNDRED) * (1 - _number(values, "MultilineDiscountPercentage") / _HUNDRED)
    amount = rounded(amount + charges, unit)
    total = _number(values, "TotalDiscountAmount") if by_total else rounded(gross - amount, unit)
    return {
        "LineDiscountAmount": plain(discount),
        "LineDiscountPercentage": plain(percentage),
        "FixedPriceCharges": plain(charges),
        "TotalDiscountAmount": plain(total),
        "LineAmount": plain(amount),
    }


def split_discount(total: Decimal, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Discount per unit and fixed charge that together take `total` off a line."""
    discount = rounded(total / quantity, CENT) if quantity else Decimal(0)
    return discount, quantity * discount - total


def discounts_disagree(sent: Mapping[str, Any], quantity: Decimal) -> bool:
    """Whether one write carries a total discount and a discount per unit that is another."""
    total, discount = _number(sent, "TotalDiscountAmount"), _number(sent, "LineDiscountAmount")
    return bool(total and discount) and quantity * discount - _number(sent, "FixedPriceCharges") != total


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """The amount in whole units of the currency, halves away from zero."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros, as fields are stored."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _number(values: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(values.get(name) or 0)
