"""Discounts of a line: the whole line's in the CDS, and how F&O holds it.

Sales keeps a manual discount of the line or of one unit, as its organization is set, and a volume discount of one unit
beside it (Microsoft docs, "Discount calculation method"). F&O takes a discount per unit, with a fixed charge for what
does not divide, or the line's total. Source of the split: Microsoft docs, "Synchronize sales orders directly between
Sales and Finance and Operations" (3 pieces, 10.00: 3.33 per unit and a charge of -0.01).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

CENT = Decimal("0.01")
#: Wide enough that no product of a quantity and an amount is rounded.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)

Number = str | Decimal | None


def discount_of_line(manual: Number, volume: Number, quantity: Number) -> Decimal:
    """The whole line's discount where the manual one is the line's (method *Line item*)."""
    return EXACT.add(_number(manual), EXACT.multiply(_number(volume), _number(quantity)))


def discount_of_units(manual: Number, volume: Number, quantity: Number) -> Decimal:
    """The whole line's discount where the manual one is that of one unit (method *Per unit*)."""
    return EXACT.multiply(EXACT.add(_number(manual), _number(volume)), _number(quantity))


def discount_per_unit(total: Number, quantity: Number) -> Decimal:
    """The discount of one unit in whole cents; zero where the quantity is, then the fixed charge holds all of it."""
    units = _number(quantity)
    if not units:
        return Decimal(0)
    return EXACT.divide(_number(total), units).quantize(CENT, context=EXACT)


def fixed_charge(total: Number, quantity: Number) -> Decimal:
    """What discounts per unit take off a line beyond its discount; less than zero where they take off too little."""
    per_unit = discount_per_unit(total, quantity)
    return EXACT.subtract(EXACT.multiply(per_unit, _number(quantity)), _number(total))


def discount_of_split(per_unit: Number, charge: Number, quantity: Number) -> Decimal:
    """The whole line's discount of the two parts that F&O holds: the way back."""
    return EXACT.subtract(EXACT.multiply(_number(per_unit), _number(quantity)), _number(charge))


def amount_before_tax(extended: Number, tax: Number) -> Decimal:
    """A line's amount as F&O counts it: Sales' extended amount holds the tax."""
    return EXACT.subtract(_number(extended), _number(tax))


def _number(value: Number) -> Decimal:
    """The number, zero for a blank one; raises ValueError."""
    try:
        number = Decimal(value or 0)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number
