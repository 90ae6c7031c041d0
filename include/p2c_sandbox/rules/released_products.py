"""F&O's rules for released products: the item of a company, shared by a product master and its variants.

The products a company can sell, and the prices they show, follow from it. Trade agreements are not kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.companies import company_currency
from p2c_sandbox.rules.references import SYSTEM, Reference, broken, referenced
from p2c_sandbox.rules.sellable_products import DISTINCT_PRODUCTS, SELLABLE_PRODUCTS
from p2c_sandbox.store import Page, key_text

_REFERENCES = (
    Reference("SalesUnitSymbol", "Sales unit", "UnitsOfMeasure", "Units", shared=True),
    Reference("InventoryUnitSymbol", "Inventory unit", "UnitsOfMeasure", "Units", shared=True),
    Reference("PurchaseUnitSymbol", "Purchase unit", "UnitsOfMeasure", "Units", shared=True),
    Reference("SalesSalesTaxItemGroupCode", "Item sales tax group", "TaxItemGroupHeadings", "Item sales tax groups"),
)
_QUANTITIES = {"SalesPriceQuantity": "Price quantity", "UnitCostQuantity": "Cost quantity"}
_SHOWN = ("ProductType", "SalesPrice", "UnitCost", "SalesUnitSymbol", "InventoryUnitSymbol")


class ReleasedProducts:
    """Rules of ReleasedProductsV2."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Default and check a newly released product."""
        values["ProductSubType"] = values.get("ProductSubType") or "Product"
        values["ProductType"] = values.get("ProductType") or "Item"
        _require(_findings(context, values))

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check an item as it would become."""
        _require(_findings(context, {**current, **changes}))
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """The item's sellable products show its price and units; without both units it is not sellable."""
        for number in _products(context, row):
            _derive(context, number, row)

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """A product no longer released is not sellable."""
        for number in _products(context, row):
            for entity_set in (SELLABLE_PRODUCTS, DISTINCT_PRODUCTS):
                _remove(context, entity_set, number)


def _findings(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    yield from broken(_REFERENCES, context, values)
    for field, label in _QUANTITIES.items():
        if values.get(field, 0) < 0:
            yield Finding(f"Field '{label}' must not be negative.", field)


def _products(context: Context, item: Mapping[str, Any]) -> list[str]:
    """Product numbers sold as this item: its variants, or the product itself."""
    context.transaction.index(SYSTEM, DISTINCT_PRODUCTS, "ItemNumber")
    rows = context.transaction.find(SYSTEM, DISTINCT_PRODUCTS, page=Page(equal=("ItemNumber", item["ItemNumber"])))
    numbers = [str(row.values["ProductNumber"]) for row in rows if row.values["dataAreaId"] == item["dataAreaId"]]
    own = [] if item["ProductSubType"] == "ProductMaster" else [str(item["ProductNumber"])]
    return numbers or own


def _derive(context: Context, number: str, item: Mapping[str, Any]) -> None:
    if not (item["SalesUnitSymbol"] and item["InventoryUnitSymbol"]):
        _remove(context, SELLABLE_PRODUCTS, number)
        return
    changes = {name: item[name] for name in _SHOWN} | _precisions(context, item)
    row = referenced(context, SELLABLE_PRODUCTS, number)
    if row is None:
        _add(context, number, item, changes)
    elif any(row.values.get(name) != value for name, value in changes.items()):
        context.transaction.update(SYSTEM, SELLABLE_PRODUCTS, row.key, changes)


def _add(context: Context, number: str, item: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    values = {
        "dataAreaId": item["dataAreaId"],
        "ProductNumber": number,
        "ProductName": item["ProductSearchName"] or item["SearchName"] or number,
        "CurrencyCode": company_currency(context),
        "IsStockedProduct": "Yes" if item["ProductType"] == "Item" else "No",
        "IsSalesStopped": "No",
        **shown,
    }
    context.transaction.insert(SYSTEM, SELLABLE_PRODUCTS, key_text([item["dataAreaId"], number]), values)


def _precisions(context: Context, item: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for kind in ("Sales", "Inventory"):
        unit = referenced(context, "UnitsOfMeasure", item[f"{kind}UnitSymbol"], shared=True)
        found[f"{kind}UnitDecimalPrecision"] = unit.values["DecimalPrecision"] if unit else 0
    return found


def _remove(context: Context, entity_set: str, number: str) -> None:
    row = referenced(context, entity_set, number)
    if row is not None:
        context.transaction.delete(SYSTEM, entity_set, row.key)


def _require(findings: Iterator[Finding]) -> None:
    found = list(findings)
    if found:
        raise RuleViolation(*found)
