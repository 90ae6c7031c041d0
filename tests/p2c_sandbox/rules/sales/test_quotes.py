from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any

import pytest


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def euro() -> dict[str, str]:
    currency = uuid.uuid5(uuid.NAMESPACE_URL, "eur")
    return {"transactioncurrencyid@odata.bind": f"/transactioncurrencies({currency})"}


def with_line(catalogue: Any, **values: Any) -> tuple[str, str]:
    product = catalogue.active_product()
    catalogue.price(product, 100).raise_for_status()
    quote = catalogue.quote(**values)
    return quote, catalogue.create("quotedetails", catalogue.line(quote, product))


def test_a_new_quote_is_a_draft_with_a_number(catalogue: Any) -> None:
    row = catalogue.row("quotes", catalogue.quote())
    assert (row["statecode"], row["statuscode"], row["revisionnumber"]) == (0, 1, 0)
    assert (row["totalamount"], row["accountid"]) == (Decimal("0.00"), str(uuid.uuid5(uuid.NAMESPACE_URL, "customer")))
    assert re.fullmatch(r"QUO-\d{5,}-[A-Z0-9]{6}", row["quotenumber"])


def test_a_quote_is_not_created_active(catalogue: Any) -> None:
    assert code(catalogue.post("quotes", {"name": "x", "statecode": 1, "statuscode": 2})) == "0x80048408"


def test_number_and_revision_are_unique(catalogue: Any) -> None:
    catalogue.quote(quotenumber="Q-1")
    answer = catalogue.post("quotes", {"name": "x", "quotenumber": "q-1"})
    assert (answer.status_code, code(answer)) == (412, "0x80040237")
    assert catalogue.post("quotes", {"name": "x", "quotenumber": "Q-1", "revisionnumber": 1}).status_code == 204


def test_the_currency_must_be_the_price_lists(catalogue: Any) -> None:
    price_list = f"/pricelevels({uuid.uuid5(uuid.NAMESPACE_URL, 'list')})"
    answer = catalogue.post("quotes", {"name": "x", "pricelevelid@odata.bind": price_list, **euro()})
    assert code(answer) == "0x80048cee"


def test_a_quote_without_a_currency_takes_its_price_lists(catalogue: Any) -> None:
    quote = catalogue.quote(**{"transactioncurrencyid@odata.bind": None})
    usd = str(uuid.uuid5(uuid.NAMESPACE_URL, "usd"))
    assert catalogue.row("quotes", quote)["_transactioncurrencyid_value"] == usd


def test_the_currency_stays_while_there_are_lines(catalogue: Any) -> None:
    quote, _ = with_line(catalogue)
    assert code(catalogue.patch("quotes", quote, euro())) == "0x8004480e"


def test_a_draft_is_calculated_anew_with_each_change(catalogue: Any) -> None:
    quote, _ = with_line(catalogue)
    catalogue.patch("quotes", quote, {"freightamount": 5, "totalamount": 1}).raise_for_status()
    assert catalogue.row("quotes", quote)["totalamount"] == Decimal("105.00")


def test_a_draft_takes_a_new_price_of_its_list(catalogue: Any) -> None:
    quote, line = with_line(catalogue)
    (item,) = catalogue.sandbox.sales.get("productpricelevels").json()["value"]
    catalogue.patch("productpricelevels", item["productpricelevelid"], {"amount": 90}).raise_for_status()
    catalogue.patch("quotes", quote, {"description": "x"}).raise_for_status()
    assert catalogue.row("quotedetails", line)["priceperunit"] == 90
    assert catalogue.row("quotes", quote)["totalamount"] == Decimal("90.00")


def test_activation_does_not_modify_the_lines(catalogue: Any) -> None:
    quote, line = with_line(catalogue)
    before = catalogue.row("quotedetails", line)
    catalogue.sandbox.control("POST", "clock", {"shift_seconds": 60})
    catalogue.patch("quotes", quote, {"statecode": 1, "statuscode": 2}).raise_for_status()
    after = catalogue.row("quotedetails", line)
    assert (after["modifiedon"], after["quotestatecode"]) == (before["modifiedon"], 1)
    assert catalogue.row("quotes", quote)["modifiedon"] > before["modifiedon"]


@pytest.mark.parametrize("name", ["customerid_account@odata.bind", "pricelevelid@odata.bind"])
def test_a_quote_without_customer_or_price_list_is_not_activated(catalogue: Any, name: str) -> None:
    assert catalogue.patch("quotes", catalogue.quote(**{name: None}), {"statecode": 1}).status_code == 400


def test_an_active_quote_is_not_edited(catalogue: Any) -> None:
    quote = catalogue.quote()
    catalogue.patch("quotes", quote, {"statecode": 1}).raise_for_status()
    answer = catalogue.patch("quotes", quote, {"name": "y"})
    assert (answer.status_code, "not in draft state" in answer.text) == (400, True)
    assert catalogue.patch("quotes", quote, {"statuscode": 3}).status_code == 204


@pytest.mark.parametrize(("first", "then"), [((), 2), ((), 3), ((1,), 0), ((1,), 2)])
def test_other_states_are_not_reached_by_an_update(catalogue: Any, first: tuple[int, ...], then: int) -> None:
    quote = catalogue.quote()
    for state in first:
        catalogue.patch("quotes", quote, {"statecode": state}).raise_for_status()
    assert catalogue.patch("quotes", quote, {"statecode": then}).status_code == 400


def test_lines_go_with_their_quote(catalogue: Any) -> None:
    quote, line = with_line(catalogue)
    catalogue.sandbox.sales.delete(f"quotes({quote})").raise_for_status()
    assert catalogue.sandbox.sales.get(f"quotedetails({line})").status_code == 404


def test_days_are_kept_as_the_columns_mean_them(catalogue: Any) -> None:
    day = {"effectivefrom": "2026-03-05T00:00:00+02:00", "expireson": "2026-03-05"}
    row = catalogue.row("quotes", catalogue.quote(**day))
    assert (row["effectivefrom"], row["expireson"]) == ("2026-03-04T22:00:00Z", "2026-03-05")
