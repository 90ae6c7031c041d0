from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import Sandbox

ITEM = {
    "dataAreaId": "usmf",
    "ItemNumber": "N1",
    "ProductNumber": "N1",
    "SearchName": "New speaker",
    "SalesUnitSymbol": "kg",
    "InventoryUnitSymbol": "kg",
    "SalesPrice": 12.5,
}


def key(number: str) -> str:
    return f"ReleasedProductsV2(dataAreaId='usmf',ItemNumber='{number}')"


def sellable(sandbox: Sandbox, number: str) -> dict[str, Any] | None:
    address = f"SellableReleasedProducts(dataAreaId='usmf',ProductNumber='{number}')"
    answer = sandbox.finance_operations.get(address)
    return answer.json() if answer.status_code == 200 else None


def test_a_released_product_is_sellable(demo_sandbox: Sandbox) -> None:
    assert demo_sandbox.finance_operations.post("ReleasedProductsV2", json=ITEM).status_code == 201
    row = sellable(demo_sandbox, "N1")
    assert row is not None
    assert (row["ProductName"], row["SalesPrice"], row["CurrencyCode"]) == ("New speaker", 12.5, "USD")
    assert (row["IsStockedProduct"], row["IsSalesStopped"], row["SalesUnitDecimalPrecision"]) == ("Yes", "No", 3)


def test_a_changed_price_shows_in_the_sellable_product(demo_sandbox: Sandbox) -> None:
    demo_sandbox.finance_operations.patch(key("D0001"), json={"SalesPrice": 305}).raise_for_status()
    row = sellable(demo_sandbox, "D0001")
    assert row is not None
    assert (row["SalesPrice"], row["ProductName"]) == (305, "MidRangeSpeaker")


def test_a_changed_price_shows_in_every_variant(demo_sandbox: Sandbox) -> None:
    demo_sandbox.finance_operations.patch(key("T0004"), json={"SalesPrice": 229}).raise_for_status()
    rows = [sellable(demo_sandbox, f"T0004 : : {color}") for color in ("Black", "White", "Walnut")]
    assert [row and row["SalesPrice"] for row in rows] == [229, 229, 229]
    assert sellable(demo_sandbox, "T0004") is None


def test_an_item_of_another_company_does_not_change(demo_sandbox: Sandbox) -> None:
    demo_sandbox.finance_operations.patch(key("D0001"), json={"SalesPrice": 305}).raise_for_status()
    address = "SellableReleasedProducts(dataAreaId='demf',ProductNumber='D0001')?cross-company=true"
    assert demo_sandbox.finance_operations.get(address).json()["SalesPrice"] == 279


@pytest.mark.parametrize("way", ["delete", "blank_unit"])
def test_an_item_no_longer_released_or_without_a_unit_is_not_sellable(demo_sandbox: Sandbox, way: str) -> None:
    if way == "delete":
        demo_sandbox.finance_operations.delete(key("D0001")).raise_for_status()
    else:
        demo_sandbox.finance_operations.patch(key("D0001"), json={"SalesUnitSymbol": ""}).raise_for_status()
    assert sellable(demo_sandbox, "D0001") is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"SalesUnitSymbol": "crate"}, "'crate' in field 'Sales unit' is not found in the related table 'Units'"),
        ({"SalesPriceQuantity": -1}, "Field 'Price quantity' must not be negative."),
    ],
)
def test_an_update_that_breaks_a_rule_is_refused(demo_sandbox: Sandbox, change: dict[str, Any], text: str) -> None:
    answer = demo_sandbox.finance_operations.patch(key("D0001"), json=change)
    assert answer.status_code == 400
    assert text in answer.text
