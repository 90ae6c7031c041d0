"""Price list items through all four steps."""

from __future__ import annotations

import pytest
from fixtures.products import SELLABLE, Products

from p2c.ledger import Outcome

USA, EUROPE = "CRM Service USA (sample)", "CRM Service Europe (sample)"
ITEMS = "price_list_items"


@pytest.fixture
def landed(products: Products) -> Products:
    """The products of usmf and demf are in Sales."""
    for organization in ("usmf", "demf"):
        products.run("products", organization=organization)
    return products


def add_list(products: Products, name: str, **fields: object) -> str:
    usa = next(row for row in products.rows("pricelevels") if row["name"] == USA)
    currency = usa["_transactioncurrencyid_value"]
    row = {"name": name, "transactioncurrencyid@odata.bind": f"/transactioncurrencies({currency})"} | fields
    headers = {"Prefer": "return=representation"}
    response = products.steps.sandbox.sales.post("pricelevels", json=row, headers=headers)
    response.raise_for_status()
    return str(response.json()["pricelevelid"])


def test_a_price_becomes_an_item_of_the_first_valid_list_of_its_currency(landed: Products) -> None:
    landed.run("first", ITEMS)
    assert landed.outcome("first", "BR003", ITEMS).outcome is Outcome.CREATED
    ((place, item),) = landed.items("BR003").items()
    assert place == (USA, "Piece")
    assert item["amount"] == "2.5000"
    assert item["_transactioncurrencyid_value"] == landed.product("BR003")["_transactioncurrencyid_value"]


def test_a_second_run_writes_nothing(landed: Products) -> None:
    landed.run("first", ITEMS)
    before = landed.writes()
    assert landed.run("second", ITEMS) == {"unchanged": 24, "skipped": 2, "rejected": 2, "parked": 1}
    assert landed.writes() == before


def test_a_price_of_four_decimal_places_is_kept(landed: Products) -> None:
    landed.run("first", ITEMS)
    assert landed.items("000703")[USA, "Each"]["amount"] == "0.0125"
    assert landed.items("W0050")[USA, "Kilogram"]["amount"] == "14.1250"


def test_another_price_there_is_corrected(landed: Products) -> None:
    landed.run("first", ITEMS)
    assert landed.outcome("first", "D0002", ITEMS).changed_fields == ("amount",)
    assert landed.items("D0002")[USA, "Each"]["amount"] == "149.5000"
    landed.change(SELLABLE, "L0001", SalesPrice="170")
    landed.run("second", ITEMS)
    assert landed.outcome("second", "L0001", ITEMS).changed_fields == ("amount",)
    assert landed.items("L0001")[USA, "Each"]["amount"] == "170.0000"


def test_every_organization_writes_its_own_prices(landed: Products) -> None:
    for organization in ("usmf", "demf"):
        landed.run("first", ITEMS, organization)
    prices = {place: item["amount"] for place, item in landed.items("M0001").items()}
    assert prices[USA, "Each"] == "25.0000"
    assert "23.5000" in prices.values()


def test_an_item_waits_for_its_product(products: Products) -> None:
    products.run("first", ITEMS)
    parked = products.outcome("first", "L0001", ITEMS)
    assert (parked.outcome, parked.reasons[0].code) == (Outcome.PARKED, "parent")
    products.run("products")
    products.run("second", ITEMS)
    assert products.outcome("second", "L0001", ITEMS).outcome is Outcome.CREATED


def test_a_product_that_is_not_ours_has_no_price_of_ours(landed: Products) -> None:
    landed.run("first", ITEMS)
    assert landed.outcome("first", "D0013", ITEMS).outcome is Outcome.PARKED
    landed.run("adopted", keys=("D0013",), adopt=True)
    landed.run("second", ITEMS)
    assert landed.outcome("second", "D0013", ITEMS).outcome is Outcome.UNCHANGED


def test_a_currency_without_a_valid_list_is_the_reason(landed: Products) -> None:
    landed.run("first", ITEMS, "glco")
    reason = landed.reason("first", "D0001", ITEMS, "glco")
    assert reason.code == "reference"
    assert "pricelevels has no row with transactioncurrencyid.isocurrencycode 'JPY' valid today" in reason.text


def test_the_list_once_chosen_is_kept_though_another_comes_first_by_name(landed: Products) -> None:
    landed.run("first", ITEMS)
    add_list(landed, "A list")
    assert landed.run("second", ITEMS)["unchanged"] == 24
    landed.change(SELLABLE, "L0001", SalesPrice="170")
    landed.run("third", ITEMS)
    assert set(landed.items("L0001")) == {(USA, "Each")}


def test_a_list_that_ends_is_left_for_the_next_valid_one(landed: Products) -> None:
    landed.run("first", ITEMS)
    add_list(landed, "A list")
    usa = next(row for row in landed.rows("pricelevels") if row["name"] == USA)
    landed.steps.rewrite("sales", "pricelevels", usa, statecode=1, statuscode=100002)
    landed.run("second", ITEMS)
    moved = landed.outcome("second", "L0001", ITEMS)
    assert moved.outcome is Outcome.CREATED
    assert [reason.code for reason in moved.reasons] == ["moved"]
    assert set(landed.items("L0001")) == {(USA, "Each"), ("A list", "Each")}


def test_a_site_may_name_the_list(landed: Products) -> None:
    add_list(landed, "Retail")
    landed.site(lists={"usmf": "retail", "demf": EUROPE, "glco": USA})
    landed.run("first", ITEMS)
    assert ("Retail", "Each") in landed.items("L0001")
    assert landed.run("second", ITEMS)["unchanged"] == 24


def test_a_list_that_is_named_but_not_valid_is_refused(landed: Products) -> None:
    landed.site(lists={"usmf": "Clearance 2025 (sample)", "demf": EUROPE, "glco": USA})
    landed.run("first", ITEMS)
    assert "among those valid today" in landed.reason("first", "L0001", ITEMS).text


def test_another_sales_unit_makes_another_item(landed: Products) -> None:
    landed.run("first", ITEMS)
    landed.change(SELLABLE, "L0001", SalesUnitSymbol="box")
    landed.run("second", ITEMS)
    assert set(landed.items("L0001")) == {(USA, "Each"), (USA, "Box")}


def test_prices_are_left_to_microsofts_solution_where_the_flow_is_off(landed: Products) -> None:
    landed.site(flows={ITEMS: {"enabled": False}})
    assert not landed.steps.site.flow_settings(ITEMS).enabled


def test_without_microsofts_solution_prices_land_too(landed: Products) -> None:
    landed.site(sales_solution="none", solution_fields={"msdynce_contactnumber": "new_number"})
    landed.run("first", ITEMS)
    assert landed.outcome("first", "L0001", ITEMS).outcome is Outcome.CREATED
    assert landed.outcome("first", "D0001", ITEMS).outcome is Outcome.UNCHANGED
    assert landed.reason("first", "D0002", ITEMS).code == "not_ours"
