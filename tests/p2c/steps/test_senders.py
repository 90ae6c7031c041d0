from __future__ import annotations

from fixtures.products import Products, products

from p2c.ledger import Outcome

__all__ = ["products"]

ITEMS = "price_list_items"


def test_two_organizations_do_not_overwrite_one_another(products: Products) -> None:
    """Company demf stands for a second one with prices in dollars."""
    for organization in ("usmf", "demf"):
        products.run("products", organization=organization)
    for row in products.steps.sandbox.rows("finance_operations", "SellableReleasedProducts"):
        if row["dataAreaId"] == "demf":
            products.steps.rewrite("finance_operations", "SellableReleasedProducts", row, CurrencyCode="USD")
    products.run("first", ITEMS)
    products.run("first", ITEMS, "demf")
    reason = products.reason("first", "M0001", ITEMS, "demf")
    assert (reason.code, reason.value) == ("sent_elsewhere", "usmf")
    assert products.outcome("first", "DE-100", ITEMS, "demf").outcome is Outcome.CREATED
    ((_, item),) = products.items("M0001").items()
    assert item["amount"] == "25.0000"
    assert "rejected" in products.run("second", ITEMS, "demf")
    assert products.run("second", ITEMS)["unchanged"] == 24
