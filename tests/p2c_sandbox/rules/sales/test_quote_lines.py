from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest


@pytest.fixture
def quote(catalogue: Any) -> str:
    identifier: str = catalogue.quote()
    return identifier


@pytest.fixture
def product(catalogue: Any) -> str:
    identifier: str = catalogue.active_product(msdynce_ismaintainedexternally=True)
    catalogue.price(identifier, 100).raise_for_status()
    return identifier


def write_in(quote: str, **values: Any) -> dict[str, Any]:
    body = {"quoteid@odata.bind": f"/quotes({quote})", "isproductoverridden": True, "quantity": 1, "priceperunit": 5}
    return body | {"productdescription": "Gift wrapping"} | values


def test_a_line_takes_name_number_and_numbers(catalogue: Any, quote: str, product: str) -> None:
    rows = [
        catalogue.row("quotedetails", catalogue.create("quotedetails", catalogue.line(quote, product))) for _ in "ab"
    ]
    assert [(row["sequencenumber"], row["lineitemnumber"]) for row in rows] == [(1, 1), (2, 2)]
    assert (rows[0]["productname"], rows[0]["productnumber"], rows[0]["quotestatecode"]) == (
        "Product D0001",
        "D0001",
        0,
    )


def test_a_sequence_number_of_null_stays(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", catalogue.line(quote, product, sequencenumber=None))
    assert catalogue.row("quotedetails", line)["sequencenumber"] is None


def test_a_write_in_has_a_description_and_no_product(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", write_in(quote))
    row = catalogue.row("quotedetails", line)
    assert (row["quotedetailname"], row["extendedamount"]) == ("Gift wrapping", Decimal("5.00"))
    assert catalogue.post("quotedetails", write_in(quote, productdescription=None)).status_code == 400
    bound = {"productid@odata.bind": f"/products({product})"}
    assert catalogue.post("quotedetails", write_in(quote, **bound)).status_code == 400


@pytest.mark.parametrize("name", ["quoteid@odata.bind", "productid@odata.bind", "uomid@odata.bind"])
def test_a_line_needs_quote_product_and_unit(catalogue: Any, quote: str, product: str, name: str) -> None:
    assert catalogue.post("quotedetails", catalogue.line(quote, product, **{name: None})).status_code == 400


def test_a_unit_of_another_group_is_refused(catalogue: Any, quote: str, product: str) -> None:
    hour = f"/uoms({uuid.uuid5(uuid.NAMESPACE_URL, 'hour')})"
    answer = catalogue.post("quotedetails", catalogue.line(quote, product, **{"uomid@odata.bind": hour}))
    assert answer.json()["error"]["code"] == "0x80043b14"


@pytest.mark.parametrize("states", [(), (0, 1)])
def test_a_product_that_is_not_active_is_refused(catalogue: Any, quote: str, states: tuple[int, ...]) -> None:
    product = catalogue.create("products", catalogue.product("D0009"))
    for state in states:
        catalogue.patch("products", product, {"statecode": state}).raise_for_status()
    assert catalogue.post("quotedetails", catalogue.line(quote, product)).status_code == 400


def test_the_quote_follows_its_lines(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", catalogue.line(quote, product, 3, manualdiscountamount=10.00))
    catalogue.create("quotedetails", write_in(quote))
    row = catalogue.row("quotes", quote)
    assert (row["totalamount"], row["totallineitemdiscountamount"]) == (Decimal("295.00"), Decimal("10.00"))
    catalogue.patch("quotedetails", line, {"quantity": 1}).raise_for_status()
    assert catalogue.row("quotes", quote)["totalamount"] == Decimal("95.00")
    catalogue.sandbox.sales.delete(f"quotedetails({line})").raise_for_status()
    assert catalogue.row("quotes", quote)["totalamount"] == Decimal("5.00")


def test_only_maintained_products_set_the_flag_of_quote_and_lines(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", catalogue.line(quote, product))
    flag, line_flag = "msdynce_hasexternallymaintainedproductsonly", "msdynce_quotehasexternallymaintainedproductsonly"
    assert (catalogue.row("quotes", quote)[flag], catalogue.row("quotedetails", line)[line_flag]) == (True, True)
    gift = catalogue.create("quotedetails", write_in(quote))
    assert (catalogue.row("quotes", quote)[flag], catalogue.row("quotedetails", line)[line_flag]) == (False, False)
    catalogue.sandbox.sales.delete(f"quotedetails({gift})").raise_for_status()
    assert catalogue.row("quotes", quote)[flag] is True


def test_a_product_entered_in_sales_clears_the_flag(catalogue: Any, quote: str) -> None:
    catalogue.create("quotedetails", catalogue.line(quote, catalogue.active_product("JJ202")))
    assert catalogue.row("quotes", quote)["msdynce_hasexternallymaintainedproductsonly"] is False


def test_lines_of_a_quote_that_is_no_draft_stay_as_they_are(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", catalogue.line(quote, product))
    catalogue.patch("quotes", quote, {"statecode": 1}).raise_for_status()
    assert catalogue.post("quotedetails", catalogue.line(quote, product)).status_code == 400
    assert catalogue.patch("quotedetails", line, {"quantity": 2}).status_code == 400
    assert catalogue.sandbox.sales.delete(f"quotedetails({line})").status_code == 400


def test_a_line_stays_with_its_quote(catalogue: Any, quote: str, product: str) -> None:
    line = catalogue.create("quotedetails", catalogue.line(quote, product))
    answer = catalogue.patch("quotedetails", line, {"quoteid@odata.bind": f"/quotes({catalogue.quote()})"})
    assert answer.status_code == 400


def test_the_day_of_delivery_is_an_instant(catalogue: Any, quote: str, product: str) -> None:
    body = catalogue.line(quote, product, requestdeliveryby="2026-03-05T00:00:00+02:00")
    row = catalogue.row("quotedetails", catalogue.create("quotedetails", body))
    assert row["requestdeliveryby"] == "2026-03-04T22:00:00Z"
