"""Generated products: all of them sellable in both companies of F&O, every second good one in Sales with its prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from p2c_sandbox.generator.companies import Company, companies, unit, unit_group
from p2c_sandbox.generator.draw import Draw
from p2c_sandbox.generator.size import Size
from p2c_sandbox.settings import System

FAULTS = ("unit unknown to Sales", "price not to divide", "stopped for sales")
"""What is wrong with bad products, in turn."""
IN_SALES = 2
"""One product in so many is in Sales already."""
_KEPT = 10_000
_CENT = Decimal("0.01")
_BY_HUNDRED = 10
_IN_EUROS = Decimal("0.9")
UNITS = {"ea": "Each", "pcs": "Piece", "kg": "Kilogram", "hr": "Hour"}
"""Units of sale, as F&O and Sales call them."""
_DIGITS = {"kg": 3, "hr": 2}
_SERVICE_UNIT = "hr"
_SIZES = ("Small", "Mid-range", "High-end", "Großer", "Mažas", "Μεγάλο", "标准", "صغير")
_THINGS = ("Speaker", "Cabinet", "Cable 6'", "Lautsprecher", "Kabelis", "Ηχείο", "音箱", "مكبر")


@dataclass(frozen=True)
class Product:
    """What both systems tell of one product; `prices` by legal entity are for one unit of it."""

    identifier: str
    number: str
    name: str
    unit: str
    price_quantity: int
    prices: dict[str, Decimal]
    cost: Decimal
    is_stopped: bool

    @property
    def is_service(self) -> bool:
        """Whether it is kept in no stock."""
        return self.unit == _SERVICE_UNIT


@lru_cache(_KEPT)
def product(size: Size, number: int) -> Product:
    """Product `number`."""
    draw = Draw(size.seed, "products", number)
    name = f"{draw.choice(_SIZES)} {draw.choice(_THINGS)} {number}"
    symbol = draw.choice(tuple(UNITS))
    dollars = draw.randrange(100, 100_000) * _CENT
    prices = {"usmf": dollars, "demf": (dollars * _IN_EUROS).quantize(_CENT)}
    quantity = 1 if draw.randrange(_BY_HUNDRED) else 100
    rank = size.rank_of_bad(number)
    fault = None if rank is None else FAULTS[rank % len(FAULTS)]
    if fault == "unit unknown to Sales":
        symbol = "pal"
    if fault == "price not to divide":
        quantity, prices = 3, dict.fromkeys(prices, Decimal(10) / 3)
    cost = (dollars / 2).quantize(_CENT)
    stopped = fault == "stopped for sales"
    return Product(draw.identifier, f"P{number:06}", name, symbol, quantity, prices, cost, stopped)


def product_rows(size: Size, number: int) -> Iterator[tuple[System, str, dict[str, Any]]]:
    """All rows of product `number`, by system and entity set."""
    made = product(size, number)
    for company in companies():
        for entity_set, row in _finance_rows(made, company):
            yield "finance_operations", entity_set, row
    if is_in_sales(size, number):
        times = Draw(size.seed, "times of products", number).times()
        yield "sales", "products", _sales_row(made) | times
        for company in companies():
            yield "sales", "productpricelevels", _price(size, number, made, company) | times


def is_in_sales(size: Size, number: int) -> bool:
    """Whether product `number` is in Sales already, so that quotes can have it."""
    return number % IN_SALES == 0 and size.rank_of_bad(number) is None


def _finance_rows(made: Product, company: Company) -> Iterator[tuple[str, dict[str, Any]]]:
    price = (made.prices[company.legal_entity] * made.price_quantity).quantize(_CENT)
    cost = made.cost * made.price_quantity
    owner = {"dataAreaId": company.legal_entity, "ProductNumber": made.number}
    kind = {"ProductType": "Service" if made.is_service else "Item", "SalesPrice": price, "UnitCost": cost}
    digits = _DIGITS.get(made.unit, 0)
    shown = {
        "ProductName": made.name,
        "ProductDescription": f"Description of {made.name}",
        "CurrencyCode": company.currency_code,
        "SalesUnitSymbol": made.unit,
        "SalesUnitDecimalPrecision": digits,
        "InventoryUnitSymbol": made.unit,
        "InventoryUnitDecimalPrecision": digits,
        "IsStockedProduct": "No" if made.is_service else "Yes",
        "FieldServiceProductType": "Service" if made.is_service else "Inventory",
    }
    released = {
        "ItemNumber": made.number,
        "ProductSubType": "Product",
        "ProductSearchName": made.name[:20],
        "SearchName": made.name[:20],
        "ItemModelGroupId": "STD",
        "SalesUnitSymbol": made.unit,
        "InventoryUnitSymbol": made.unit,
        "PurchaseUnitSymbol": made.unit,
        "SalesPriceQuantity": made.price_quantity,
        "UnitCostQuantity": made.price_quantity,
    }
    yield "ReleasedProductsV2", owner | kind | released
    yield "SellableReleasedProducts", owner | kind | shown | {"IsSalesStopped": "Yes" if made.is_stopped else "No"}
    yield "CDSReleasedDistinctProducts", owner | kind | shown | {"ItemNumber": made.number}


def _sales_row(made: Product) -> dict[str, Any]:
    """The product as its first company would have sent it."""
    company = companies()[0]
    return {
        "productid": made.identifier,
        "productnumber": made.number,
        "name": made.name,
        "description": f"Description of {made.name}",
        "statecode": 0,
        "statuscode": 1,
        "productstructure": 1,
        "producttypecode": 3 if made.is_service else 1,
        "quantitydecimal": _DIGITS.get(made.unit, 0),
        "price": made.prices[company.legal_entity],
        "currentcost": made.cost,
        "isstockitem": not made.is_service,
        "msdynce_ismaintainedexternally": True,
        "_defaultuomid_value": unit(UNITS[made.unit]),
        "_defaultuomscheduleid_value": unit_group(),
        "_transactioncurrencyid_value": company.currency,
    }


def _price(size: Size, number: int, made: Product, company: Company) -> dict[str, Any]:
    return {
        "productpricelevelid": Draw(size.seed, f"prices in {company.legal_entity}", number).identifier,
        "productnumber": made.number,
        "amount": made.prices[company.legal_entity],
        "pricingmethodcode": 1,
        "quantitysellingcode": 1,
        "roundingpolicycode": 1,
        "_pricelevelid_value": company.price_list,
        "_productid_value": made.identifier,
        "_uomid_value": unit(UNITS[made.unit]),
        "_uomscheduleid_value": unit_group(),
        "_transactioncurrencyid_value": company.currency,
    }
