"""The demo's companies and reference data, which generated rows belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from p2c_sandbox.generator.regions import REGIONS, Region
from p2c_sandbox.seeding import DEMO, read_data
from p2c_sandbox.service import Data

LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"
UNIT_GROUP = "Default Unit"
_BUSINESS = {
    "sales": {"accounts", "contacts", "products", "productpricelevels", "quotes", "quotedetails"},
    "finance_operations": {
        "CustomersV3",
        "CDSContactPersonsV2",
        "ReleasedProductsV2",
        "SellableReleasedProducts",
        "CDSReleasedDistinctProducts",
        "CDSSalesQuotationHeaders",
        "CDSSalesQuotationLines",
    },
}
_OF_COMPANY = {
    "usmf": ("Contoso USA", "USD", "CRM Service USA (sample)", "America/New_York"),
    "demf": ("Contoso Germany", "EUR", "CRM Service Europe (sample)", "Europe/Berlin"),
}


@dataclass(frozen=True)
class Company:
    """A legal entity with its business unit and price list in Sales, by id, and its users' time zone."""

    legal_entity: str
    business_unit: str
    team: str
    currency_code: str
    currency: str
    price_list: str
    time_zone: ZoneInfo
    regions: tuple[Region, ...]

    def owner(self) -> dict[str, Any]:
        """The columns that say whose a row of Sales is."""
        return {
            "_ownerid_value": self.team,
            f"_ownerid_value@{LOOKUP_TABLE}": "team",
            "_owningbusinessunit_value": self.business_unit,
        }


@cache
def reference_data() -> Data:
    """The demo's rows without those of customers, products and quotations."""
    demo = read_data(DEMO)
    kept: dict[Any, dict[str, list[dict[str, Any]]]] = {
        system: {name: rows for name, rows in entity_sets.items() if name not in _BUSINESS[system]}
        for system, entity_sets in demo.items()
    }
    finance = kept["finance_operations"]
    parties = {row["PartyNumber"] for row in finance["LegalEntities"]}
    finance["CDSParties"] = [row for row in finance["CDSParties"] if row["PartyNumber"] in parties]
    return kept


@cache
def companies() -> tuple[Company, ...]:
    """The companies that work; the one that is broken on purpose gets no rows."""
    return tuple(_company(name, *names) for name, names in _OF_COMPANY.items())


@cache
def unit(name: str) -> str:
    """The id of a unit of the default group."""
    return str(_named("uoms", "name", name, _uomscheduleid_value=unit_group())["uomid"])


@cache
def unit_group() -> str:
    """The id of the default unit group."""
    return str(_named("uomschedules", "name", UNIT_GROUP)["uomscheduleid"])


def _company(legal_entity: str, unit_name: str, currency: str, price_list: str, time_zone: str) -> Company:
    business_unit = str(_named("businessunits", "name", unit_name)["businessunitid"])
    return Company(
        legal_entity,
        business_unit,
        str(_named("teams", "name", unit_name)["teamid"]),
        currency,
        str(_named("transactioncurrencies", "isocurrencycode", currency)["transactioncurrencyid"]),
        str(_named("pricelevels", "name", price_list)["pricelevelid"]),
        ZoneInfo(time_zone),
        REGIONS[legal_entity],
    )


def _named(entity_set: str, column: str, value: str, **others: Any) -> Mapping[str, Any]:
    rows = reference_data()["sales"][entity_set]
    return next(row for row in rows if row[column] == value and others.items() <= row.items())
