from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.check.preflight import Status
from p2c.check.preflight.sales_settings import check_settings


@pytest.mark.parametrize(
    ("field", "value", "title"),
    [
        ("discountcalculationmethod", 1, "Discount method"),
        ("oobpricecalculationenabled", False, "System pricing"),
    ],
)
def test_a_setting_that_is_otherwise_fails_its_own_line(
    examine: Any, steps: Steps, demo_sandbox: Sandbox, field: str, value: object, title: str
) -> None:
    steps.rewrite("sales", "organizations", *demo_sandbox.rows("sales", "organizations"), **{field: value})
    found = {line.title: line for line in examine(check_settings)}
    assert [name for name, line in found.items() if line.status is Status.FAILED] == [title]
    assert "Product catalog settings" in found[title].text
