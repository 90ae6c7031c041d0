"""What F&O's rules take from the company a row belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.references import referenced


def company_currency(context: Context) -> str:
    """The currency of the company's country (the real one is the ledger's, which no entity here holds)."""
    company = referenced(context, "LegalEntities", context.company, shared=True)
    country = str(company.values["AddressCountryRegionId"]) if company else ""
    row = referenced(context, "AddressCountryRegions", country, shared=True)
    return str(row.values["CurrencyCode"]) if row else ""


def warehouse_elsewhere(context: Context, site: str, warehouse: str, field: str) -> Iterator[Finding]:
    """A warehouse belongs to one site of the company."""
    row = referenced(context, "Warehouses", warehouse) if site and warehouse else None
    if row is not None and str(row.values["OperationalSiteId"]).casefold() != site.casefold():
        yield Finding(f"Warehouse '{warehouse}' does not belong to site '{site}'.", field)
