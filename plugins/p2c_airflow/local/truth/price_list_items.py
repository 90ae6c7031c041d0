"""Price list items in Sales, from the sales prices of each company of F&O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from p2c_airflow.local.truth.products import per_unit, sellable, unit
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Row, Wanted

ACTIVE = 0


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """An item on the first valid price list of the currency, for each product that the organization sells."""
    for number, row in sellable(snapshot, organization).items():
        key = {
            "productid.productnumber": number,
            "pricelevelid.name": price_list(snapshot, row["CurrencyCode"], datetime.now(UTC)),
            "uomid.name": unit(snapshot, row),
        }
        amount = per_unit(row["SalesPrice"], snapshot.item(organization, number)["SalesPriceQuantity"])
        yield Wanted(number, "productpricelevels", key, {"amount": amount})


def price_list(snapshot: Snapshot, currency: str, now: datetime) -> str:
    """The first price list by name that is active, of the currency and within its dates; empty without any."""
    rows = snapshot.sales("pricelevels?$expand=transactioncurrencyid($select=isocurrencycode)")
    valid = (row["name"] for row in rows if _is_valid(row, now) and _currency(row) == currency)
    return min(valid, default="")


def _currency(row: Row) -> str:
    return str((row["transactioncurrencyid"] or {}).get("isocurrencycode"))


def _is_valid(row: Row, now: datetime) -> bool:
    """Whether a list applies: its dates are midnights of a user's day, and the last day counts."""
    begin, end = (row[name] and datetime.fromisoformat(row[name]) for name in ("begindate", "enddate"))
    begun = begin is None or begin <= now
    return bool(row["statecode"] == ACTIVE and begun and (end is None or now < end + timedelta(days=1)))
