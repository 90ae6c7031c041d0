"""Products for a Sales without Microsoft's Prospect to cash solution."""

from __future__ import annotations

from fixtures.products import Products

from p2c.ledger import Outcome

FLAG = "msdynce_ismaintainedexternally"


def test_products_land_without_the_solutions_mark(products: Products) -> None:
    products.site(sales_solution="none")
    products.run("first")
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    assert not products.product("L0001").get(FLAG)


def test_a_product_that_was_there_before_is_not_ours_whatever_its_flag_says(products: Products) -> None:
    products.site(sales_solution="none")
    products.run("first")
    assert products.product("1000")[FLAG] is True
    assert products.reason("first", "1000").code == "not_ours"
    products.run("adopting", keys=("1000",), adopt=True)
    assert products.outcome("adopting", "1000").outcome is Outcome.UPDATED


def test_a_second_run_knows_its_own_products_by_the_ledger_and_writes_nothing(products: Products) -> None:
    products.site(sales_solution="none")
    products.run("first")
    before = len(products.writes())
    products.run("second")
    assert products.outcome("second", "L0001").outcome is Outcome.UNCHANGED
    assert len(products.writes()) == before


def test_price_list_items_follow_their_products(products: Products) -> None:
    products.site(sales_solution="none")
    products.run("first")
    products.run("first", flow="price_list_items")
    assert products.outcome("first", "L0001", "price_list_items").outcome is Outcome.CREATED
