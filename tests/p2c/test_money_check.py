from __future__ import annotations

from decimal import Decimal

import pytest

from p2c.money_check import amounts_of, difference

FIELDS = ("LineAmount", "Amount")


def test_the_lines_of_both_systems_are_summed_exactly() -> None:
    ours = [{"LineAmount": Decimal("0.10")}, {"LineAmount": Decimal("0.20")}, {"LineAmount": None}]
    assert amounts_of(FIELDS, ours, [{"Amount": "0.3"}, {"Amount": None}]) == (Decimal("0.3"), Decimal("0.3"))


def test_a_row_without_lines_comes_to_nothing() -> None:
    assert amounts_of(FIELDS, [], []) == (0, 0)


@pytest.mark.parametrize(("ours", "theirs"), [("10", "10"), ("10.00", "10.01"), ("10.01", "10"), ("-5", "-5.01")])
def test_a_difference_of_a_cent_is_none(ours: str, theirs: str) -> None:
    assert difference((Decimal(ours), Decimal(theirs))) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"), [("10", "10.02", "0.02"), ("1575", "1495", "-80.00"), ("1", "1.0125", "0.0125")]
)
def test_a_greater_difference_is_told_with_both_sums(ours: str, theirs: str, shown: str) -> None:
    reason = difference((Decimal(ours), Decimal(theirs)))
    assert reason is not None
    assert reason.value == shown
    assert f"{shown} apart" in reason.text
    assert f"{Decimal(ours):.2f}" in reason.text
