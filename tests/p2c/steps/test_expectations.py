from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.choice import Expectation
from p2c.errors import ConfigurationError
from p2c.flow import Flow
from p2c.flows.accounts import ACCOUNTS
from p2c.steps.expectations import check_expectations


def expecting(*values: str) -> Flow:
    expects = Expectation("organizations", "discountcalculationmethod", values, "Discounts would be wrong.")
    return replace(ACCOUNTS, source=replace(ACCOUNTS.source, expects=(expects,)))


def test_a_system_that_is_set_as_expected_is_accepted(steps):
    check_expectations(expecting("0", ""), steps.sales)


def test_a_system_that_is_set_otherwise_stops_the_flow_naming_both(steps):
    with pytest.raises(ConfigurationError) as stopped:
        check_expectations(expecting("1"), steps.sales)
    assert str(stopped.value) == (
        "Flow accounts: discountcalculationmethod of organizations is 0 (Line item), but has to be 1 (Per unit): "
        "Discounts would be wrong. Mend the one or the other."
    )


def test_a_flow_that_expects_nothing_asks_nothing(steps):
    before = len(steps.sandbox.requests_seen())
    check_expectations(ACCOUNTS, steps.sales)
    assert len(steps.sandbox.requests_seen()) == before
