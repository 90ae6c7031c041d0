from __future__ import annotations

from decimal import Decimal

import pytest

from p2c_airflow.local.money import Checked


def checked(finance: str, recorded: tuple[str, str] | None = ("10", "10")) -> Checked:
    amounts = recorded and (Decimal(recorded[0]), Decimal(recorded[1]))
    return Checked("usmf", "QUO-1", "USD", Decimal(10), Decimal(finance), amounts)


def test_equal_sums_that_were_recorded_are_right() -> None:
    assert checked("10").problem() == ""


def test_a_cent_is_rounding() -> None:
    assert checked("10.01", ("10", "10.01")).problem() == ""


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (checked("10.02"), "QUO-1: Sales says 10, F&O 10.02"),
        (checked("10", None), "QUO-1: no run recorded what it comes to"),
        (checked("10", ("10", "9")), "QUO-1: recorded were 10 in Sales and 9 in F&O"),
    ],
)
def test_what_is_wrong_is_said(row: Checked, problem: str) -> None:
    assert row.problem() == problem
