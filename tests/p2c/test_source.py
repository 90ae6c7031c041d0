from __future__ import annotations

from dataclasses import replace

from p2c.flows.accounts import ACCOUNTS
from p2c.source import Condition


def test_a_condition_without_values_holds_for_any_filled_value() -> None:
    condition = Condition("accountnumber", "no number")
    assert (condition.holds("1"), condition.holds("")) == (True, False)


def test_a_condition_with_values_holds_for_these_and_a_blank_one_if_it_is_among_them() -> None:
    condition = Condition("flag", "set", values=("false", ""))
    assert [condition.holds(value) for value in ("false", "", "true")] == [True, True, False]


def test_of_several_business_unit_fields_the_first_comes_first() -> None:
    source = replace(ACCOUNTS.source, business_unit=("parent._unit", "_unit"))
    assert source.business_units == ("parent._unit", "_unit")
    assert ACCOUNTS.source.business_units == ("_owningbusinessunit_value",)
