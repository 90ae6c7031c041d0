from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.products import Products, products

from p2c.flows.products import PRICE_LIST_ITEMS
from p2c.ledger import RowState
from p2c.steps.choosing import Choosing
from p2c.steps.reference_rows import reference_data

__all__ = ["products"]

LIST, USA = "pricelevelid.name", "CRM Service USA (sample)"
DOLLARS = {LIST: None, "transactioncurrencyid.isocurrencycode": "USD"}


@pytest.fixture
def choosing(products: Products) -> Choosing:
    products.run("first")
    products.run("first", "price_list_items")
    return again(products)


def again(products: Products) -> Choosing:
    return Choosing(PRICE_LIST_ITEMS, reference_data(products.steps.context("second"), products.steps.sales))


def sent(products: Products) -> RowState:
    return products.steps.ledger.states("price_list_items", "usmf", ["D0001"])["D0001"]


def add_list(products: Products, name: str, **fields: object) -> None:
    usa = next(row for row in products.rows("pricelevels") if row["name"] == USA)
    row = {
        "name": name,
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({usa['_transactioncurrencyid_value']})",
    }
    products.steps.sandbox.sales.post("pricelevels", json=row | fields).raise_for_status()


def test_what_is_stated_stays(choosing: Choosing) -> None:
    assert choosing.filled({**DOLLARS, LIST: "Retail"}, None)[LIST] == "Retail"


def test_the_first_valid_one_by_name_is_chosen(choosing: Choosing, products: Products) -> None:
    assert choosing.filled(DOLLARS, None)[LIST] == USA
    add_list(products, "A list")
    assert again(products).filled(DOLLARS, None)[LIST] == "A list"


def test_what_was_chosen_before_is_kept(choosing: Choosing, products: Products) -> None:
    add_list(products, "A list")
    assert again(products).filled(DOLLARS, sent(products))[LIST] == USA


def test_what_is_not_valid_any_more_is_chosen_anew(choosing: Choosing, products: Products) -> None:
    add_list(products, "B list")
    state = replace(sent(products), destination_key="D0001|Clearance 2025 (sample)|Each")
    assert again(products).filled(DOLLARS, state)[LIST] == "B list"


def test_without_a_valid_one_none_is_chosen(choosing: Choosing) -> None:
    assert choosing.filled({**DOLLARS, "transactioncurrencyid.isocurrencycode": "JPY"}, None)[LIST] is None
