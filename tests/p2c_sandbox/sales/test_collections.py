from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import BearerSession

from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.collections import collecting_columns

QUOTE = "quotes?$filter=startswith(quotenumber,'QUO-01000')&$select=name"


def lines(sales: BearerSession, options: str = "") -> list[dict[str, Any]]:
    answer = sales.get(f"{QUOTE}&$expand=quote_details{options}")
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["value"]
    found: list[dict[str, Any]] = row["quote_details"]
    return found


def test_the_lines_come_with_their_quote(demo_sales: BearerSession) -> None:
    assert sorted(line["productnumber"] for line in lines(demo_sales)) == ["D0001", "D0002"]


def test_what_is_asked_of_the_lines_is_given(demo_sales: BearerSession) -> None:
    options = "($select=quantity;$expand=productid($select=name);$orderby=sequencenumber desc;$filter=quantity gt 1)"
    found = [(line["quantity"], line["productid"]["name"]) for line in lines(demo_sales, options)]
    assert found == [(2, "Cabinet"), (6, "MidRangeSpeaker")]
    assert "productname" not in lines(demo_sales, options)[0]


def test_only_so_many_are_given(demo_sales: BearerSession) -> None:
    assert len(lines(demo_sales, "($top=1)")) == 1


def test_the_lines_come_with_a_single_quote_too(demo_sales: BearerSession) -> None:
    (quote,) = demo_sales.get(QUOTE).json()["value"]
    row = demo_sales.get(f"quotes({quote['quoteid']})?$select=name&$expand=quote_details($select=quantity)").json()
    assert row["@odata.context"].endswith("#quotes(name,quote_details())/$entity")
    assert len(row["quote_details"]) == 2


def test_a_quote_without_lines_has_an_empty_collection(demo_sales: BearerSession) -> None:
    query = "quotes?$filter=startswith(quotenumber,'QUO-01010')&$select=name&$expand=quote_details"
    assert demo_sales.get(query).json()["value"][0]["quote_details"] == []


@pytest.mark.parametrize("options", ["($skip=1)", "($count=true)", "($select=nothing)", "($filter=nothing eq 1)"])
def test_an_option_without_meaning_is_refused(demo_sales: BearerSession, options: str) -> None:
    assert demo_sales.get(f"{QUOTE}&$expand=quote_details{options}").status_code == 400


def test_lines_are_collected_by_their_quote() -> None:
    assert list(collecting_columns(MODEL, MODEL.entity("quotedetail"))) == ["_quoteid_value"]
    assert not list(collecting_columns(MODEL, MODEL.entity("quote")))
