"""Amounts of quotes and their lines, which Sales always calculates itself.

Source: Microsoft docs: Discount calculation method; quote and quotedetail table references. Rounding to the cent is
half to even, as .NET rounds (unconfirmed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

LINE_ITEM, PER_UNIT = 0, 1
NO_ERROR, DETAIL_ERROR = 0, 1
_CENT = Decimal("0.01")
_HUNDRED = 100


def line_amounts(line: Mapping[str, Any], discount_method: int) -> dict[str, Any]:
    """`baseamount` and `extendedamount` of a line.

    The manual discount is the whole line's (method line item) or one unit's (per unit); the volume discount always one
    unit's.
    """
    quantity = _number(line, "quantity")
    base = _rounded(quantity * (_number(line, "priceperunit") - _number(line, "volumediscountamount")))
    extended = _rounded(base - line_discount(line, discount_method) + _number(line, "tax"))
    return {"baseamount": base, "extendedamount": extended}


def line_discount(line: Mapping[str, Any], discount_method: int) -> Decimal:
    """The manual discount of the whole line."""
    discount = _number(line, "manualdiscountamount")
    return discount * _number(line, "quantity") if discount_method == PER_UNIT else discount


def quote_totals(quote: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], discount_method: int) -> dict[str, Any]:
    """The totals of a quote with these lines, and whether a line could not be priced."""
    present = list(lines)
    tax = _sum(_number(line, "tax") for line in present)
    items = _sum(_number(line, "extendedamount") for line in present) - tax
    discount = _number(quote, "discountamount") + items * _number(quote, "discountpercentage") / _HUNDRED
    less_freight = _rounded(items - discount)
    unpriced = any(line.get("pricingerrorcode") for line in present)
    return {
        "totallineitemamount": _rounded(items),
        "totallineitemdiscountamount": _rounded(_sum(line_discount(line, discount_method) for line in present)),
        "totaldiscountamount": _rounded(discount),
        "totalamountlessfreight": less_freight,
        "totaltax": _rounded(tax),
        "totalamount": _rounded(less_freight + _number(quote, "freightamount") + tax),
        "pricingerrorcode": DETAIL_ERROR if unpriced else NO_ERROR,
    }


def _number(values: Mapping[str, Any], name: str) -> Decimal:
    value = values.get(name)
    return Decimal(0) if value is None else Decimal(value)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
