from __future__ import annotations

import uuid
from typing import Any


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def euro() -> dict[str, str]:
    currency = uuid.uuid5(uuid.NAMESPACE_URL, "eur")
    return {"transactioncurrencyid@odata.bind": f"/transactioncurrencies({currency})"}


def test_an_item_takes_number_unit_group_and_currency(catalogue: Any) -> None:
    product = catalogue.active_product()
    assert catalogue.price(product, 12.5).status_code == 204
    (item,) = catalogue.sandbox.sales.get("productpricelevels").json()["value"]
    assert (item["productnumber"], item["amount"], item["pricingmethodcode"]) == ("D0001", 12.5, 1)
    assert item["_uomscheduleid_value"] == str(uuid.uuid5(uuid.NAMESPACE_URL, "units"))
    assert item["_transactioncurrencyid_value"] == str(uuid.uuid5(uuid.NAMESPACE_URL, "usd"))


def test_a_product_has_one_price_for_a_unit(catalogue: Any) -> None:
    product = catalogue.active_product()
    catalogue.price(product, 12.5).raise_for_status()
    assert code(catalogue.price(product, 13)) == "0x80043b08"
    assert catalogue.price(product, 120, unit="box").status_code == 204


def test_a_price_is_changed_in_place(catalogue: Any) -> None:
    catalogue.price(catalogue.active_product(), 12.5).raise_for_status()
    (item,) = catalogue.sandbox.sales.get("productpricelevels").json()["value"]
    assert catalogue.patch("productpricelevels", item["productpricelevelid"], {"amount": 13}).status_code == 204


def test_the_currency_must_be_the_price_lists(catalogue: Any) -> None:
    assert code(catalogue.price(catalogue.active_product(), 12.5, **euro())) == "0x80048cee"


def test_the_unit_must_be_of_the_products_group(catalogue: Any) -> None:
    assert code(catalogue.price(catalogue.active_product(), 12.5, unit="hour")) == "0x80043b14"


def test_a_retired_product_gets_no_price(catalogue: Any) -> None:
    product = catalogue.active_product()
    catalogue.patch("products", product, {"statecode": 1}).raise_for_status()
    assert code(catalogue.price(product, 12.5)) == "0x80061009"


def test_an_item_needs_a_price_list(catalogue: Any) -> None:
    answer = catalogue.price(catalogue.active_product(), 1, **{"pricelevelid@odata.bind": None})
    assert answer.status_code == 400


def test_a_price_list_begins_before_it_ends(catalogue: Any) -> None:
    body = {"name": "Spring", "begindate": "2026-03-01T22:00:00Z", "enddate": "2026-02-01T22:00:00Z", **euro()}
    assert catalogue.post("pricelevels", body).status_code == 400


def test_begin_and_end_are_instants(catalogue: Any) -> None:
    body = {"name": "Spring", "begindate": "2026-03-05T00:00:00+02:00", "enddate": "2026-03-09T00:00:00", **euro()}
    row = catalogue.row("pricelevels", catalogue.create("pricelevels", body))
    assert (row["begindate"], row["enddate"]) == ("2026-03-04T22:00:00Z", "2026-03-09T00:00:00Z")
    assert (row["statecode"], row["statuscode"]) == (0, 100001)
