"""What follows a row's own values; the tests of the flows show it whole."""

from __future__ import annotations

from fixtures.products import Products, products

from p2c.ledger import Outcome

__all__ = ["products"]


def test_a_row_is_created_before_its_state_is_set(products: Products) -> None:
    products.run("first", keys=("L0001",))
    effects = [effect for effect in products.writes() if effect["entity_set"] == "products"]
    assert [effect["kind"] for effect in effects] == ["created", "updated"]
    assert products.outcome("first", "L0001").changed_fields[-2:] == ("statecode", "statuscode")
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
