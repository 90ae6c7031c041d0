from __future__ import annotations

import uuid
from typing import Any

import pytest


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def organization(catalogue: Any, **values: Any) -> None:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, "organization"))
    catalogue.sandbox.put_rows("sales", "organizations", {"organizationid": identifier, **values})


def test_a_new_product_is_a_draft_whatever_state_is_sent(catalogue: Any) -> None:
    row = catalogue.row("products", catalogue.create("products", catalogue.product(statecode=0, statuscode=1)))
    assert (row["statecode"], row["statuscode"]) == (2, 0)


def test_a_new_product_is_active_where_the_organization_says_so(catalogue: Any) -> None:
    organization(catalogue, createproductswithoutparentinactivestate=True)
    row = catalogue.row("products", catalogue.create("products", catalogue.product()))
    assert (row["statecode"], row["statuscode"]) == (0, 1)


def test_a_product_with_a_parent_is_a_draft_all_the_same(catalogue: Any) -> None:
    parent = catalogue.create("products", {"name": "Speakers", "productnumber": "SPEAKERS", "productstructure": 2})
    organization(catalogue, createproductswithoutparentinactivestate=True)
    body = catalogue.product(**{"parentproductid@odata.bind": f"/products({parent})"})
    assert catalogue.row("products", catalogue.create("products", body))["statecode"] == 2


@pytest.mark.parametrize("way", [(0,), (0, 1), (0, 1, 0), (0, 3), (0, 3, 0)])
def test_a_product_goes_through_its_states(catalogue: Any, way: tuple[int, ...]) -> None:
    product = catalogue.create("products", catalogue.product())
    assert [catalogue.patch("products", product, {"statecode": state}).status_code for state in way] == [204] * len(way)
    assert catalogue.row("products", product)["statecode"] == way[-1]


@pytest.mark.parametrize(
    ("way", "expected"),
    [((1,), "0x8004f978"), ((3,), "0x8004f913"), ((0, 2), "0x8004f912"), ((0, 1, 2), "0x8004f979")],
)
def test_a_step_that_skips_a_state_is_refused(catalogue: Any, way: tuple[int, ...], expected: str) -> None:
    product = catalogue.create("products", catalogue.product())
    *before, last = way
    for state in before:
        catalogue.patch("products", product, {"statecode": state}).raise_for_status()
    assert code(catalogue.patch("products", product, {"statecode": last})) == expected


def test_a_number_that_is_taken_is_refused_without_an_alternate_key(catalogue: Any) -> None:
    catalogue.create("products", catalogue.product("D0001"))
    assert code(catalogue.post("products", catalogue.product("d0001"))) == "0x80043b06"
    other = catalogue.create("products", catalogue.product("D0002"))
    assert code(catalogue.patch("products", other, {"productnumber": "D0001"})) == "0x80043b06"
    assert catalogue.patch("products", other, {"productnumber": "D0002"}).status_code == 204


def test_a_unit_of_another_group_is_refused(catalogue: Any) -> None:
    hour = f"/uoms({uuid.uuid5(uuid.NAMESPACE_URL, 'hour')})"
    assert code(catalogue.post("products", catalogue.product(**{"defaultuomid@odata.bind": hour}))) == "0x80043b14"


def test_a_product_without_a_unit_group_is_refused(catalogue: Any) -> None:
    assert code(catalogue.post("products", {"name": "x", "productnumber": "1"})) == "0x80043b13"


def test_a_product_without_a_currency_takes_the_organizations(catalogue: Any) -> None:
    euro = str(uuid.uuid5(uuid.NAMESPACE_URL, "eur"))
    organization(catalogue, _basecurrencyid_value=euro)
    body = catalogue.product(**{"transactioncurrencyid@odata.bind": None})
    assert catalogue.row("products", catalogue.create("products", body))["_transactioncurrencyid_value"] == euro


def test_a_unit_that_does_not_change_is_not_judged_again(catalogue: Any) -> None:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, "old"))
    catalogue.sandbox.put_rows("sales", "products", {"productid": identifier, "productnumber": "OLD"})
    assert catalogue.patch("products", identifier, {"name": "Old"}).status_code == 204
    hour = f"/uoms({uuid.uuid5(uuid.NAMESPACE_URL, 'hour')})"
    assert code(catalogue.patch("products", identifier, {"defaultuomid@odata.bind": hour})) == "0x80043b13"


def test_a_product_on_a_quote_is_not_deleted(catalogue: Any) -> None:
    product, other = catalogue.active_product(), catalogue.active_product("D0002")
    catalogue.create("quotedetails", catalogue.line(catalogue.quote(), product))
    assert code(catalogue.sandbox.sales.delete(f"products({product})")) == "0x80040227"
    assert catalogue.sandbox.sales.delete(f"products({other})").status_code == 204
