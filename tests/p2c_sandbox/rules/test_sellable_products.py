from __future__ import annotations

import pytest
from fixtures.sandbox import Sandbox

from p2c_sandbox.rules.registry import rules_for
from p2c_sandbox.rules.sellable_products import SELLABLE_PRODUCTS, SellableProducts

KEY = "SellableReleasedProducts(dataAreaId='usmf',ProductNumber='D0001')"


def test_the_rules_stand_in_the_registry() -> None:
    assert isinstance(rules_for("finance_operations", SELLABLE_PRODUCTS), SellableProducts)


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", "SellableReleasedProducts", {"dataAreaId": "usmf", "ProductNumber": "X"}),
        ("PATCH", KEY, {"SalesPrice": 1}),
        ("DELETE", KEY, None),
    ],
)
def test_clients_cannot_write_it(demo_sandbox: Sandbox, method: str, address: str, body: object) -> None:
    answer = demo_sandbox.finance_operations.request(method, address, json=body)
    assert answer.status_code == 400
    assert "The data entity 'SellableReleasedProducts' is read only." in answer.text


def test_it_lacks_the_price_quantity(demo_sandbox: Sandbox) -> None:
    brake = "(dataAreaId='usmf',{}='BR003')"
    sellable = demo_sandbox.finance_operations.get("SellableReleasedProducts" + brake.format("ProductNumber")).json()
    released = demo_sandbox.finance_operations.get("ReleasedProductsV2" + brake.format("ItemNumber")).json()
    assert "SalesPriceQuantity" not in sellable
    assert (sellable["SalesPrice"], released["SalesPrice"], released["SalesPriceQuantity"]) == (250, 250, 100)


def test_each_variant_is_a_product_and_their_master_is_none(demo_sandbox: Sandbox) -> None:
    query = "SellableReleasedProducts?$filter=ProductNumber eq 'T0004*'&$select=ProductNumber"
    rows = demo_sandbox.finance_operations.get(query).json()["value"]
    assert [row["ProductNumber"] for row in rows] == ["T0004 : : Black", "T0004 : : White", "T0004 : : Walnut"]


@pytest.mark.parametrize(("listed", "status"), [(True, 200), (False, 404)])
def test_a_product_stopped_for_sales_is_listed_with_its_flag_or_not_at_all(
    demo_sandbox: Sandbox, listed: bool, status: int
) -> None:
    demo_sandbox.settings(finance_operations={"lists_stopped_products": listed})
    stopped = "SellableReleasedProducts(dataAreaId='usmf',ProductNumber='D0099')"
    assert demo_sandbox.finance_operations.get(stopped).status_code == status
    query = "SellableReleasedProducts?$filter=ProductNumber eq 'D0099'&$select=IsSalesStopped"
    rows = demo_sandbox.finance_operations.get(query).json()["value"]
    assert [row["IsSalesStopped"] for row in rows] == (["Yes"] if listed else [])
