from __future__ import annotations

from fixtures.products import Products, products

import p2c_metadata
from p2c.flow import Flow
from p2c.flows.products import PRICE_LIST_ITEMS, PRODUCTS
from p2c.steps.reference_rows import reference_data
from p2c.steps.sales_rows import SalesRows

__all__ = ["products"]

LIST = "CRM Service USA (sample)"


def rows(products: Products, flow: Flow, *fields: str) -> SalesRows:
    products.steps.flow = flow.name
    sales = products.steps.sales
    references = reference_data(products.steps.context("first"), sales)
    return SalesRows(flow, sales, (*flow.destination.key_fields, *fields), p2c_metadata.load("sales"), references)


def test_rows_are_read_by_a_column(products: Products) -> None:
    found = rows(products, PRODUCTS, "name", "defaultuomid.name").read(["d0001", "no such", "D0001"])
    assert list(found) == ["d0001"]
    assert (found["d0001"]["name"], found["d0001"]["defaultuomid.name"]) == ("MidRangeSpeaker", "Each")


def test_rows_are_read_by_the_rows_they_refer_to(products: Products) -> None:
    found = rows(products, PRICE_LIST_ITEMS, "amount").read([f"D0001|{LIST}|each", f"D0001|{LIST}|Box", "X|Y|Z"])
    assert {key: row["amount"] for key, row in found.items()} == {f"d0001|{LIST.lower()}|each": "299"}


def test_rows_that_share_a_key_are_told_apart_from_others(products: Products) -> None:
    row = next(row for row in products.rows("products") if row["productnumber"] == "D0001")
    twin = {**row, "productid": "11111111-1111-1111-1111-111111111111"}
    products.steps.rewrite("sales", "products", twin)
    found = rows(products, PRODUCTS)
    assert list(found.read(["D0001", "D0002"])) == ["d0002"]
    assert set(found.ambiguous) == {"d0001"}
    assert len(found.ambiguous["d0001"]) == 2


def test_a_row_is_updated_by_its_id_and_created_by_what_it_refers_to(products: Products) -> None:
    prices = rows(products, PRICE_LIST_ITEMS, "amount")
    old, new = f"D0001|{LIST}|Each", f"D0001|{LIST}|Box"
    stored = prices.read([old, new])[f"d0001|{LIST.lower()}|each"]
    update = prices.operation("update", old, {"amount": 300}, 0, None, {})
    assert update.key == {"productpricelevelid": stored["productpricelevelid"]}
    named = {"productid.productnumber": "D0001", "pricelevelid.name": LIST, "uomid.name": "Box"}
    beside = {"transactioncurrencyid.isocurrencycode": "USD", "uomscheduleid.name": "Default Unit"}
    create = prices.operation("create", new, {**named, "amount": 1200}, 1, None, {**named, **beside})
    assert {result.outcome for result in prices.write([update, create], lambda: None)} == {"done"}
    follows = prices.operation("update", new, {"amount": 1300}, 2, None, {})
    assert [result.outcome for result in prices.write([follows], lambda: None)] == ["done"]
    assert products.items("D0001")[LIST, "Box"]["amount"] == "1300.0000"


def test_a_unit_is_sought_in_the_group_that_the_stored_row_has(products: Products) -> None:
    found = rows(products, PRODUCTS, "defaultuomscheduleid.name")
    found.read(["D0001"])
    other = {"defaultuomscheduleid.name": "Packaging"}
    assert found.unknown("D0001", {"defaultuomid.name": "Hour"}, other) is None
    assert found.unknown("new one", {"defaultuomid.name": "Hour"}, other)
