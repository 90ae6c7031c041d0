from __future__ import annotations

import pytest
from fixtures.products import Products, products
from fixtures.steps import STORE_COLUMNS

import p2c_metadata
from p2c.flows.products import PRICE_LIST_ITEMS, PRODUCTS
from p2c.steps.lookups import Lookups
from p2c.steps.reference_rows import reference_data

__all__ = ["products"]

UNIT, GROUP = "defaultuomid.name", "defaultuomscheduleid.name"


@pytest.fixture
def lookups(products: Products) -> Lookups:
    return of(products, "products")


def of(products: Products, flow: str) -> Lookups:
    products.steps.flow = flow
    sales = products.steps.sales
    references = reference_data(products.steps.context("first"), sales)
    declared = PRODUCTS if flow == "products" else PRICE_LIST_ITEMS
    return Lookups(declared, p2c_metadata.load("sales"), sales, references)


def unit_id(products: Products, name: str, group: str) -> str:
    groups = {row["name"]: row["uomscheduleid"] for row in products.rows("uomschedules")}
    wanted = (name, groups[group])
    return next(row["uomid"] for row in products.rows("uoms") if (row["name"], row["_uomscheduleid_value"]) == wanted)


@pytest.mark.parametrize("group", ["Default Unit", "Packaging"])
def test_a_unit_is_looked_up_in_its_group(lookups: Lookups, products: Products, group: str) -> None:
    sent = lookups.payload({UNIT: "box", "name": "x"}, {GROUP: group})
    assert sent == {"defaultuomid@odata.bind": f"/uoms({unit_id(products, 'Box', group)})", "name": "x"}


def test_a_blank_lookup_is_cleared(lookups: Lookups) -> None:
    assert lookups.payload({UNIT: None}, {GROUP: "Default Unit"}) == {"defaultuomid@odata.bind": None}


def test_a_value_that_sales_lacks_is_named_with_what_it_was_looked_up_beside(lookups: Lookups) -> None:
    reason = lookups.unknown({"name": "x", UNIT: "Hour"}, {GROUP: "Packaging"})
    assert reason.value == "Hour"
    assert reason.text.startswith(
        "defaultuomid.name: 'Hour' with defaultuomscheduleid.name 'Packaging' is not in Sales."
    )
    assert lookups.unknown({UNIT: "Hour"}, {GROUP: "Default Unit"}) is None


def test_a_row_that_no_reference_names_is_found_by_its_key(products: Products) -> None:
    prices, product = of(products, "price_list_items"), "productid.productnumber"
    (found,) = prices.find(product, ["d0001", "no such", ""])
    assert found == products.product("D0001")["productid"]
    assert prices.payload({product: "D0001"}, {}) == {"productid@odata.bind": f"/products({found})"}
    assert prices.unknown({product: "no such"}, {}).value == "no such"


def test_a_key_that_several_rows_of_sales_have_names_them_and_none_is_taken(products: Products) -> None:
    twin = {**products.product("D0001"), "productid": "00000000-0000-4000-8000-00000000d001"}
    products.steps.sandbox.put_rows("sales", "products", {k: v for k, v in twin.items() if k not in STORE_COLUMNS})
    prices, product = of(products, "price_list_items"), "productid.productnumber"
    assert prices.find(product, ["D0001"]) == []
    text = prices.unknown({product: "D0001"}, {}).text
    assert "is the key of 2 rows in Sales: 00000000-0000-4000-8000-00000000d001, " in text
    assert "Keep one of them." in text
