from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.check.preflight import Status
from p2c.check.preflight.price_lists import check_price_lists


def test_a_currency_without_a_valid_price_list_fails(examine: Any, steps: Steps, demo_sandbox: Sandbox) -> None:
    steps.rewrite("sales", "pricelevels", *demo_sandbox.rows("sales", "pricelevels"), statecode=1, statuscode=100002)
    usmf, demf = examine(check_price_lists)
    assert (usmf.status, demf.status) == (Status.FAILED, Status.FAILED)
    assert "pricelevels has no row with transactioncurrencyid.isocurrencycode 'USD' valid today" in usmf.text


def test_each_currency_of_a_company_has_its_list(examine: Any) -> None:
    assert [(line.organization, line.status) for line in examine(check_price_lists)] == [
        ("usmf", Status.PASSED),
        ("demf", Status.PASSED),
    ]
