"""Which entity sets have rules."""

from __future__ import annotations

from collections.abc import Mapping

from p2c_sandbox.rules import Rules
from p2c_sandbox.rules.contact_persons import ContactPersons
from p2c_sandbox.rules.contacts import Contacts
from p2c_sandbox.rules.customers import Customers
from p2c_sandbox.rules.quotation_headers import QuotationHeaders
from p2c_sandbox.rules.quotation_lines import QuotationLines
from p2c_sandbox.rules.released_products import ReleasedProducts
from p2c_sandbox.rules.sales.active_customers import CustomerDocuments
from p2c_sandbox.rules.sales.price_lists import PriceListItems, PriceLists
from p2c_sandbox.rules.sales.products import Products
from p2c_sandbox.rules.sales.quote_lines import QuoteLines
from p2c_sandbox.rules.sales.quotes import Quotes
from p2c_sandbox.rules.sales.units import UnitGroups, Units
from p2c_sandbox.rules.sellable_products import SellableProducts

_RULES: Mapping[tuple[str, str], Rules] = {
    ("finance_operations", "CDSContactPersonsV2"): ContactPersons(),
    ("finance_operations", "CDSSalesQuotationHeaders"): QuotationHeaders(),
    ("finance_operations", "CDSSalesQuotationLines"): QuotationLines(),
    ("finance_operations", "CustomersV3"): Customers(),
    ("finance_operations", "ReleasedProductsV2"): ReleasedProducts(),
    ("finance_operations", "SellableReleasedProducts"): SellableProducts(),
    ("sales", "contacts"): Contacts(),
    ("sales", "invoices"): CustomerDocuments(),
    ("sales", "pricelevels"): PriceLists(),
    ("sales", "productpricelevels"): PriceListItems(),
    ("sales", "products"): Products(),
    ("sales", "quotedetails"): QuoteLines(),
    ("sales", "quotes"): Quotes(),
    ("sales", "salesorders"): CustomerDocuments(),
    ("sales", "uoms"): Units(),
    ("sales", "uomschedules"): UnitGroups(),
}


def rules_for(system: str, entity_set: str) -> Rules | None:
    """The rules of an entity set, or None if it has none."""
    return _RULES.get((system, entity_set))
