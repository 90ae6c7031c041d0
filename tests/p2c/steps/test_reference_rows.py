from __future__ import annotations

from fixtures.products import Products, products
from fixtures.steps import Steps

from p2c.flows.accounts import ACCOUNTS
from p2c.flows.products import PRODUCTS
from p2c.steps.reference_rows import reference_data

__all__ = ["products"]


def test_reference_data_are_those_of_the_organizations_company(steps: Steps) -> None:
    data = reference_data(steps.context("first"), steps.finance_operations)
    pair = ACCOUNTS.destination_pair("CustomerGroupId")
    assert data.missing(pair, {"CustomerGroupId": "10"}) is None
    assert "of company usmf" in data.missing(pair, {"CustomerGroupId": "99"}).text


def test_reference_data_of_sales_are_of_no_company(products: Products) -> None:
    products.steps.flow = "products"
    data = reference_data(products.steps.context("first"), products.steps.sales)
    pair = PRODUCTS.destination_pair("transactioncurrencyid.isocurrencycode")
    assert data.missing(pair, {pair.target: "usd"}) is None
    assert data.missing(pair, {pair.target: "XYZ"})
