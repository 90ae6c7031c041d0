"""Sellable released products of F&O: a read-only view, one row for each product or variant that a company may sell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.references import not_found, referenced
from p2c_sandbox.store import Row

SELLABLE_PRODUCTS = "SellableReleasedProducts"
DISTINCT_PRODUCTS = "CDSReleasedDistinctProducts"
RELEASED_PRODUCTS = "ReleasedProductsV2"
_READ_ONLY = Finding(f"The data entity '{SELLABLE_PRODUCTS}' is read only.")


class SellableProducts:
    """Rules of SellableReleasedProducts: nothing writes it but F&O."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        raise RuleViolation(_READ_ONLY)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        raise RuleViolation(_READ_ONLY)

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        raise RuleViolation(_READ_ONLY)


def sellable_product(context: Context, number: str) -> Row | None:
    """The sellable product of this number in the company, sales stopped or not."""
    return referenced(context, SELLABLE_PRODUCTS, number)


def item_of(context: Context, number: str) -> Row | None:
    """The released item of a product or of a variant; that of a product without variants bears its number."""
    distinct = referenced(context, DISTINCT_PRODUCTS, number)
    item = (distinct.values["ItemNumber"] if distinct else "") or number
    return referenced(context, RELEASED_PRODUCTS, item)


def check_sellable(context: Context, number: str, field: str) -> Iterator[Finding]:
    """What keeps the company from selling a product."""
    product = sellable_product(context, number)
    if product is None:
        yield not_found(number, "Product number", "Released products", field)
    elif product.values["IsSalesStopped"] == "Yes":
        yield Finding(f"Product '{number}' is stopped for sales.", field)
