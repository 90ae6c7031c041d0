"""Products through all four steps, from F&O to Sales."""

from __future__ import annotations

import pytest
from fixtures.products import DISTINCT, RELEASED, SELLABLE, Products

from p2c.errors import ConfigurationError
from p2c.flows.products import PRODUCTS
from p2c.ledger import Outcome


def test_a_sellable_product_becomes_an_active_product_of_sales(products: Products) -> None:
    products.run("first")
    assert products.outcome("first", "1000").outcome is Outcome.UPDATED
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    row = products.product("L0001")
    assert (row["name"], row["description"]) == ("Speaker cabinet, lean", "Made to kanban")
    assert (row["price"], row["currentcost"]) == ("165.00", "90.0000")
    assert (row["producttypecode"], row["productstructure"], row["isstockitem"]) == (1, 1, True)
    assert (row["statecode"], row["statuscode"]) == (0, 1)
    assert row["msdynce_ismaintainedexternally"] is True
    assert products.name_of("uoms", row["_defaultuomid_value"]) == "Each"
    assert products.name_of("uomschedules", row["_defaultuomscheduleid_value"]) == "Default Unit"
    assert products.name_of("transactioncurrencies", row["_transactioncurrencyid_value"], "isocurrencycode") == "USD"
    assert products.name_of("pricelevels", row["_pricelevelid_value"]) == "CRM Service USA (sample)"


def test_the_cds_keeps_the_item_of_a_variant(products: Products) -> None:
    products.run("first")
    cds = products.steps.cds.get(PRODUCTS.cds, "products", "usmf", ["T0004 : : Black"])["T0004 : : Black"]
    assert (cds.origin, cds.values["ItemNumber"]) == (SELLABLE, "T0004")
    assert products.product("T0004 : : Black")["name"] == "Television stand (Black)"


def test_every_row_has_its_outcome_and_a_second_run_writes_nothing(products: Products) -> None:
    counts = products.run("first")
    assert sum(counts.values()) == 29
    before = products.writes()
    assert products.run("second") == {"unchanged": 24, "skipped": 2, "rejected": 3}
    assert products.writes() == before


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("D0013", "not_ours", "existed before us"),
        ("M9202", "value_map", "'pal' has no entry in [value_maps.unit]"),
        ("000704", "computed", "10 per 3 does not come to a price of 4 decimal places"),
        ("D0099", "owned_elsewhere", "demf owns it"),
        ("T0004 : : Walnut", "out_of_scope", "it is stopped for sales"),
    ],
)
def test_an_awkward_product_is_refused_with_the_reason(products: Products, number: str, code: str, words: str) -> None:
    products.run("first")
    reason = products.reason("first", number)
    assert reason.code == code
    assert words in reason.text


def test_a_product_that_was_there_before_is_adopted_by_its_key(products: Products) -> None:
    products.run("first", keys=("D0013",), adopt=True)
    assert products.outcome("first", "D0013").outcome is Outcome.UPDATED
    row = products.product("D0013")
    assert row["msdynce_ismaintainedexternally"] is True
    assert row["currentcost"] == "233.3333"


def test_a_price_for_a_hundred_pieces_is_divided_or_rejected_as_the_site_says(products: Products) -> None:
    products.run("first")
    assert (products.product("BR003")["price"], products.product("BR003")["currentcost"]) == ("2.50", "1.4000")
    products.site(flows={"products": {"choices": {"price_quantity": "reject"}}})
    products.run("second")
    assert "the price is for 100" in products.reason("second", "BR003").text


def test_a_product_without_its_item_is_rejected_saying_why(products: Products) -> None:
    products.steps.sandbox.delete_rows("finance_operations", DISTINCT, ["usmf", "D0001"])
    products.run("first", keys=("D0001",))
    texts = [reason.text for reason in products.outcome("first", "D0001").reasons]
    assert any("Populate distinct product table" in text for text in texts)


def test_a_changed_price_and_name_are_sent_and_nothing_else(products: Products) -> None:
    products.run("first")
    products.change(RELEASED, "L0001", SalesPrice="170")
    products.change(SELLABLE, "L0001", SalesPrice="170", ProductName="Cabinet, lean")
    products.run("second")
    assert products.outcome("second", "L0001").changed_fields == ("name", "price")
    assert (products.product("L0001")["name"], products.product("L0001")["price"]) == ("Cabinet, lean", "170.00")


def test_numbers_with_signs_are_found_again_with_and_without_an_alternate_key(products: Products) -> None:
    products.run("first")
    products.change(SELLABLE, "P/100 & 50%+", ProductDescription="new")
    products.run("second")
    assert products.outcome("second", "P/100 & 50%+").changed_fields == ("description",)
    assert products.product("P/100 & 50%+")["description"] == "new"


def test_two_products_of_sales_with_one_number_are_rejected_naming_both(products: Products) -> None:
    twin = {**products.product("D0001"), "productid": "11111111-1111-1111-1111-111111111111"}
    products.steps.rewrite("sales", "products", twin)
    products.run("first", keys=("D0001",))
    reason = products.reason("first", "D0001")
    assert reason.code == "ambiguous_key"
    assert "11111111-1111-1111-1111-111111111111" in reason.text


def test_a_product_of_several_companies_is_written_by_the_first_of_them(products: Products) -> None:
    products.run("first")
    products.run("first", organization="demf")
    reason = products.reason("first", "D0001", organization="demf")
    assert (reason.code, reason.value) == ("owned_elsewhere", "usmf")
    assert products.outcome("first", "D0001", organization="demf").outcome is Outcome.SKIPPED
    assert products.outcome("first", "DE-100", organization="demf").outcome is Outcome.CREATED
    assert products.outcome("first", "D0099", organization="demf").outcome is Outcome.CREATED


def test_a_site_says_who_owns_products(products: Products) -> None:
    products.site(owning_organizations=["demf"])
    products.run("first", organization="demf")
    products.run("first")
    assert products.reason("first", "D0001").value == "demf"
    row = products.product("D0001")
    assert row["price"] == "279.00"
    assert products.name_of("transactioncurrencies", row["_transactioncurrencyid_value"], "isocurrencycode") == "EUR"


def test_a_product_in_a_currency_without_a_price_list_is_rejected(products: Products) -> None:
    products.site(owning_organizations=["glco"])
    products.run("first", organization="glco")
    assert "'JPY'" in products.reason("first", "D0001", organization="glco").text


def test_a_dry_run_foretells_and_writes_nothing(products: Products) -> None:
    told = products.run("dry", dry_run=True)
    assert products.writes() == []
    assert products.run("first") == told


def test_a_backfill_reads_once_and_dates_are_refused(products: Products) -> None:
    now = products.steps.finance_operations.server_time()
    with pytest.raises(ConfigurationError, match="carries no modification time"):
        products.run("dates", start=now)
    counts = products.run("backfill", interval=(now, now))
    assert counts["created"]
    assert products.steps.watermark() is None


def test_a_unit_is_one_of_the_group_the_product_has_in_sales(products: Products) -> None:
    groups = {row["name"]: row["uomscheduleid"] for row in products.rows("uomschedules")}
    boxes = [row for row in products.rows("uoms") if row["_uomscheduleid_value"] == groups["Packaging"]]
    carton = next(row["uomid"] for row in boxes if row["name"] == "Carton")
    moved = {"_defaultuomscheduleid_value": groups["Packaging"], "_defaultuomid_value": carton}
    products.steps.rewrite("sales", "products", products.product("M9200"), **moved)
    products.run("first", keys=("M9200",))
    assert products.reason("first", "M9200").value == "Piece"
    products.change(SELLABLE, "M9200", SalesUnitSymbol="box")
    products.run("second", keys=("M9200",))
    assert products.product("M9200")["_defaultuomid_value"] == next(r["uomid"] for r in boxes if r["name"] == "Box")


def test_without_microsofts_solution_ours_is_what_the_ledger_says(products: Products) -> None:
    products.site(sales_solution="none", solution_fields={"msdynce_contactnumber": "new_number"})
    products.run("first")
    assert products.reason("first", "D0001").code == "not_ours"
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    assert products.product("L0001").get("msdynce_ismaintainedexternally") is None
    products.change(SELLABLE, "L0001", ProductDescription="new")
    products.run("second", keys=("L0001", "D0001"), adopt=True)
    for number in ("L0001", "D0001"):
        assert products.outcome("second", number).outcome is Outcome.UPDATED
    before = products.writes()
    products.run("third", keys=("L0001", "D0001"))
    assert products.writes() == before


def test_a_product_that_a_person_dismissed_stays_so_in_every_read_until_it_is_retried(products: Products) -> None:
    products.run("first")
    products.steps.ledger.dismiss("products", "usmf", ["M9202"], by="ann", why="a pallet is no unit of ours")
    for run_id in ("second", "third"):
        products.run(run_id)
        assert products.reason(run_id, "M9202").code == "dismissed"
        assert products.outcome(run_id, "M9202").outcome is Outcome.SKIPPED
    products.steps.ledger.retry("products", "usmf", ["M9202"])
    products.run("fourth")
    assert products.outcome("fourth", "M9202").outcome is Outcome.REJECTED
