from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from p2c_sandbox.generator.products import is_in_sales, product, product_rows
from p2c_sandbox.generator.size import Size

SIZE = Size(products=60)


def rows(size: Size, number: int, entity_set: str) -> list[dict[str, Any]]:
    return [row for _, name, row in product_rows(size, number) if name == entity_set]


def test_a_product_is_sellable_in_both_companies_in_their_currencies() -> None:
    found = rows(SIZE, 1, "SellableReleasedProducts")
    assert [(row["dataAreaId"], row["CurrencyCode"]) for row in found] == [("usmf", "USD"), ("demf", "EUR")]
    assert found[0]["SalesPrice"] > found[1]["SalesPrice"]


def test_every_second_product_is_in_sales_with_a_price_on_each_list() -> None:
    counts = Counter(name for number in range(60) for _, name, _ in product_rows(SIZE, number))
    assert (counts["products"], counts["productpricelevels"]) == (30, 60)


def test_a_price_list_holds_the_price_of_one_unit() -> None:
    by_hundred = [n for n in range(60) if product(SIZE, n).price_quantity == 100 and is_in_sales(SIZE, n)]
    assert by_hundred
    for number in by_hundred:
        (dollars, _) = rows(SIZE, number, "productpricelevels")
        (released, _) = rows(SIZE, number, "ReleasedProductsV2")
        assert released["SalesPrice"] == dollars["amount"] * 100


def test_bad_products_have_each_fault_in_turn_and_are_not_in_sales() -> None:
    size = Size(products=60, bad_share=Fraction(1, 3))
    unknown, indivisible, stopped = (n for n in range(9) if size.rank_of_bad(n) is not None)
    assert rows(size, unknown, "SellableReleasedProducts")[0]["SalesUnitSymbol"] == "pal"
    released = rows(size, indivisible, "ReleasedProductsV2")[0]
    assert (released["SalesPrice"], released["SalesPriceQuantity"]) == (Decimal("10.00"), 3)
    assert rows(size, stopped, "SellableReleasedProducts")[0]["IsSalesStopped"] == "Yes"
    assert not any(is_in_sales(size, number) for number in (unknown, indivisible, stopped))
