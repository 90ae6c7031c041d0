from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2c.flows.line_discounts import (
    amount_before_tax,
    discount_of_line,
    discount_of_split,
    discount_of_units,
    discount_per_unit,
    fixed_charge,
)

QUANTITIES = st.decimals(Decimal(-100_000_000_000), Decimal(100_000_000_000), places=5)
AMOUNTS = st.decimals(Decimal(-1_000_000_000_000), Decimal(1_000_000_000_000), places=4)


def test_ten_off_three_pieces_is_3_33_each_and_a_charge_of_one_cent_less() -> None:
    """The example of Microsoft's docs."""
    assert discount_per_unit("10.00", "3") == Decimal("3.33")
    assert fixed_charge("10.00", "3") == Decimal("-0.01")


@given(total=AMOUNTS, quantity=QUANTITIES)
def test_the_two_parts_of_a_split_come_back_as_the_whole(total: Decimal, quantity: Decimal) -> None:
    per_unit, charge = discount_per_unit(total, quantity), fixed_charge(total, quantity)
    assert discount_of_split(per_unit, charge, quantity) == total


@given(total=AMOUNTS, quantity=QUANTITIES)
def test_a_charge_is_only_what_whole_cents_per_unit_leave_over(total: Decimal, quantity: Decimal) -> None:
    per_unit, charge = discount_per_unit(total, quantity), fixed_charge(total, quantity)
    assert per_unit == round(per_unit, 2)
    assert not quantity or abs(charge) <= abs(quantity) * Decimal("0.005")


@pytest.mark.parametrize(
    ("total", "quantity", "per_unit", "charge"),
    [
        ("5", "0", "0", "-5"),  # nothing to divide by: all of it in the charge
        ("3.33", "-2", "-1.67", "0.01"),
        ("-10", "3", "-3.33", "0.01"),
        ("0", "7", "0", "0"),
        ("1", "0.00001", "100000.00", "0"),
        (None, None, "0", "0"),
    ],
)
def test_quantities_of_zero_and_less_split_too(
    total: str | None, quantity: str | None, per_unit: str, charge: str
) -> None:
    assert discount_per_unit(total, quantity) == Decimal(per_unit)
    assert fixed_charge(total, quantity) == Decimal(charge)


@pytest.mark.parametrize(
    ("manual", "volume", "quantity", "of_line", "of_units"),
    [
        ("10", None, "3", "10", "30"),
        ("10", "0.5", "3", "11.5", "31.5"),
        (None, "0.25", "-4", "-1.00", "-1.00"),
        ("5", None, "0", "5", "0"),
        (None, None, None, "0", "0"),
    ],
)
def test_a_manual_discount_is_the_lines_or_a_units_and_a_volume_discount_always_a_units(
    manual: str | None, volume: str | None, quantity: str | None, of_line: str, of_units: str
) -> None:
    assert discount_of_line(manual, volume, quantity) == Decimal(of_line)
    assert discount_of_units(manual, volume, quantity) == Decimal(of_units)


def test_amounts_of_many_digits_stay_exact() -> None:
    amount, quantity = "1234567890123456789012.34", "98765.43211"
    assert Fraction(discount_of_units(amount, None, quantity)) == Fraction(amount) * Fraction(quantity)


def test_the_amount_before_tax_is_what_remains_of_the_extended_one() -> None:
    assert amount_before_tax("1575.00", "80.00") == Decimal("1495.00")
    assert amount_before_tax("360", None) == Decimal(360)


@pytest.mark.parametrize("value", ["ten", "NaN", "Infinity", "1e"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        discount_per_unit(value, "3")
