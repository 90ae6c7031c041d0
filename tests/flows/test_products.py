"""Products through all four steps, from F&O to Sales."""

from __future__ import annotations

from fixtures.products import SELLABLE, Products

from p2c.flows.products import PRODUCTS
from p2c.ledger import Outcome


def test_a_sellable_product_becomes_an_active_product_of_sales(products: Products) -> None:
    products.run("first")
    assert products.outcome("first", "1000").outcome is Outcome.UPDATED
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    row = products.product("L0001")
    assert (row["name"], row["description"]) == ("Speaker cabinet, lean", "Made to kanban")
    assert (row["price"], row["currentcost"]) == ("165.00", "90.0000")
    assert (row["producttypecode"], row["productstructure"], row["isstockitem"]) == (1, 1, True)
    assert (row["statecode"], row["statuscode"]) == (0, 1)
    assert row["msdynce_ismaintainedexternally"] is True
    assert products.name_of("uoms", row["_defaultuomid_value"]) == "Each"
    assert products.name_of("uomschedules", row["_defaultuomscheduleid_value"]) == "Default Unit"
    assert products.name_of("transactioncurrencies", row["_transactioncurrencyid_value"], "isocurrencycode") == "USD"
    assert products.name_of("pricelevels", row["_pricelevelid_value"]) == "CRM Service USA (sample)"
    cds = products.steps.cds.get(PRODUCTS.cds, "products", "usmf", ["T0004 : : Black"])["T0004 : : Black"]
    assert (cds.origin, cds.values["ItemNumber"]) == (SELLABLE, "T0004")
