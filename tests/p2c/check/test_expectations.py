from __future__ import annotations

from dataclasses import replace

from fixtures.steps import Steps

from p2c.check.expectations import unmet_expectations
from p2c.choice import Expectation
from p2c.flow import Flow
from p2c.flows.accounts import ACCOUNTS


def expecting(*values: str) -> Flow:
    expects = Expectation("organizations", "discountcalculationmethod", values, "Discounts would be wrong.")
    return replace(ACCOUNTS, source=replace(ACCOUNTS.source, expects=(expects,)))


def test_a_system_that_is_set_as_expected_is_no_finding(steps: Steps) -> None:
    assert unmet_expectations(expecting("0", ""), steps.sales) == []


def test_a_system_that_is_set_otherwise_is_an_error_naming_both(steps: Steps) -> None:
    assert [str(finding) for finding in unmet_expectations(expecting("1"), steps.sales)] == [
        "error: accounts.source.expects: discountcalculationmethod of organizations is 0 (Line item), but has to be "
        "1 (Per unit): Discounts would be wrong. Mend the one or the other."
    ]
