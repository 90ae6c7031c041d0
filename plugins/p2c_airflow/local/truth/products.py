"""Products in Sales, from sellable products of F&O, each written by the first organization that sells it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from p2c_airflow.local.truth.addresses import looked_up
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Row, Value, Wanted, text

NAME, DESCRIPTION = 100, 2000
TYPES = {"Item": Decimal(1), "Service": Decimal(3)}
#: Decimal places of an amount in Sales, and of the list price that a product shows.
MONEY, CENT = Decimal("0.0001"), Decimal("0.01")


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """A product for each one that this organization sells and none before it."""
    order = list(dict.fromkeys([*snapshot.site.owning_organizations, *snapshot.site.organizations]))
    before = {number for name in order[: order.index(organization)] for number in sellable(snapshot, name)}
    defaults = snapshot.site.defaults(organization, "products")
    group = defaults["defaultuomscheduleid.name"]
    for number, row in sellable(snapshot, organization).items():
        if number in before:
            continue
        item = snapshot.item(organization, number)
        fields: dict[str, Value] = {
            "name": text(row["ProductName"])[:NAME],
            "description": text(row["ProductDescription"])[:DESCRIPTION],
            "defaultuomid.name": unit(snapshot, row),
            "transactioncurrencyid.isocurrencycode": row["CurrencyCode"],
            "price": per_unit(row["SalesPrice"], item["SalesPriceQuantity"]).quantize(CENT, ROUND_HALF_UP),
            "currentcost": per_unit(row["UnitCost"], item["UnitCostQuantity"]).quantize(MONEY),
            "isstockitem": row["IsStockedProduct"] == "Yes",
            "quantitydecimal": Decimal(row["SalesUnitDecimalPrecision"]),
            "msdynce_ismaintainedexternally": True,
            "statecode": Decimal(defaults["statecode"]),
        }
        once: dict[str, Value] = {
            "producttypecode": TYPES[row["ProductType"]],
            "productstructure": Decimal(1),
            "defaultuomscheduleid.name": group,
        }
        yield Wanted(number, "products", {"productnumber": number}, fields, once)


def sellable(snapshot: Snapshot, organization: str) -> dict[str, Row]:
    """The products that an organization sells, by number."""
    rows = snapshot.finance("SellableReleasedProducts", snapshot.company(organization))
    return {row["ProductNumber"]: row for row in rows if row["IsSalesStopped"] == "No"}


def per_unit(amount: Decimal, quantity: Decimal) -> Decimal:
    """The amount for one unit: F&O's is for a quantity, and zero counts as one."""
    return Decimal(amount) / (Decimal(quantity) or 1)


def unit(snapshot: Snapshot, row: Row) -> str:
    """The unit of Sales in which F&O sells the product."""
    return looked_up(snapshot.site.value_maps["unit"], text(row["SalesUnitSymbol"]))
