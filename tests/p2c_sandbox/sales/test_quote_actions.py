from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]
Refused = Callable[[requests.Response], tuple[int, str]]
UNKNOWN = "00000000-0000-0000-0000-0000000000aa"


@pytest.fixture
def quote(sandbox: Sandbox, create: Create) -> str:
    """An active quote with one write-in line."""
    account, price_list = create("accounts", name="x"), create("pricelevels", name="x")
    bound = {"customerid_account": f"/accounts({account})", "pricelevelid": f"/pricelevels({price_list})"}
    identifier = create("quotes", name="x", **{f"{name}@odata.bind": reference for name, reference in bound.items()})
    line = {"isproductoverridden": True, "productdescription": "x", "quantity": 2, "priceperunit": 5}
    create("quotedetails", **{"quoteid@odata.bind": f"/quotes({identifier})"}, **line)
    sandbox.sales.patch(f"quotes({identifier})", json={"statecode": 1}).raise_for_status()
    return identifier


def closing(quote: str, status: int) -> dict[str, Any]:
    return {"Status": status, "QuoteClose": {"subject": "x", "quoteid@odata.bind": f"/quotes({quote})"}}


def revision(quote: str) -> dict[str, Any]:
    return {"QuoteId": quote, "ColumnSet": {"AllColumns": True}}


def state(sales: BearerSession, quote: str) -> tuple[int, int]:
    row = sales.get(f"quotes({quote})").json()
    return row["statecode"], row["statuscode"]


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [("WinQuote", 4, (2, 4)), ("WinQuote", -1, (2, 4)), ("CloseQuote", 5, (3, 5)), ("CloseQuote", 6, (3, 6))],
)
def test_an_active_quote_is_ended(
    sales: BearerSession, quote: str, action: str, status: int, expected: tuple[int, int]
) -> None:
    assert sales.post(action, json=closing(quote, status)).status_code == 204
    assert state(sales, quote) == expected
    assert sales.get(f"quotedetails?$filter=quotestatecode eq {expected[0]}&$count=true").json()["@odata.count"] == 1
    assert sales.get(f"quotes({quote})").json()["closedon"] is not None


def test_the_quote_may_stand_in_the_activity_itself(sales: BearerSession, quote: str) -> None:
    body = {"Status": 4, "QuoteClose": {"quoteid": {"quoteid": quote}}}
    assert sales.post("WinQuote", json=body).status_code == 204


@pytest.mark.parametrize(("action", "status"), [("WinQuote", 5), ("CloseQuote", 4)])
def test_a_status_of_another_state_is_refused(
    sales: BearerSession, quote: str, refused: Refused, action: str, status: int
) -> None:
    assert refused(sales.post(action, json=closing(quote, status))) == (400, "0x80048408")


def test_a_draft_is_not_won(sales: BearerSession, create: Create) -> None:
    assert sales.post("WinQuote", json=closing(create("quotes", name="x"), 4)).status_code == 400


@pytest.mark.parametrize("body", [{}, {"QuoteClose": {}}, {"QuoteClose": 1}])
def test_an_activity_without_a_quote_is_refused(sales: BearerSession, body: dict[str, Any]) -> None:
    assert sales.post("WinQuote", json=body).status_code == 400


def test_a_quote_that_is_not_there_is_refused(sales: BearerSession) -> None:
    assert sales.post("CloseQuote", json=closing(UNKNOWN, 5)).status_code == 404
    assert sales.post("ReviseQuote", json=revision(UNKNOWN)).status_code == 404


def test_a_revision_is_a_draft_with_the_same_number_and_lines(sales: BearerSession, quote: str) -> None:
    old = sales.get(f"quotes({quote})").json()
    new = sales.post("ReviseQuote", json=revision(quote)).json()
    assert (new["quotenumber"], new["revisionnumber"]) == (old["quotenumber"], old["revisionnumber"] + 1)
    assert (new["statecode"], new["statuscode"], new["totalamount"]) == (0, 1, old["totalamount"])
    assert state(sales, quote) == (3, 7)
    lines = sales.get(f"quotedetails?$filter=_quoteid_value eq {new['quoteid']}").json()["value"]
    assert [(line["quantity"], line["quotestatecode"]) for line in lines] == [(2, 0)]


def test_a_revision_is_edited_and_activated(sales: BearerSession, quote: str) -> None:
    new = sales.post("ReviseQuote", json=revision(quote)).json()["quoteid"]
    assert sales.patch(f"quotes({new})", json={"name": "y", "statecode": 1}).status_code == 204


def test_a_quote_is_revised_once_at_a_time(sales: BearerSession, quote: str, refused: Refused) -> None:
    sales.post("ReviseQuote", json=revision(quote)).raise_for_status()
    assert refused(sales.post("ReviseQuote", json=revision(quote))) == (400, "0x80048d00")


def test_a_quote_that_was_won_is_not_revised(sales: BearerSession, quote: str) -> None:
    sales.post("WinQuote", json=closing(quote, 4)).raise_for_status()
    assert sales.post("ReviseQuote", json=revision(quote)).status_code == 400


def test_the_journal_tells_what_an_action_did(sandbox: Sandbox, quote: str) -> None:
    sandbox.sales.post("WinQuote", json=closing(quote, 4)).raise_for_status()
    effect = sandbox.effects(entity_set="quotes")[-1]
    assert (effect["key"], effect["kind"]) == (quote, "updated")


def test_an_action_needs_the_privilege(sandbox: Sandbox, quote: str) -> None:
    sandbox.settings(sales={"denied_entity_sets": ["quotes"]})
    assert sandbox.sales.post("WinQuote", json=closing(quote, 4)).status_code == 403
