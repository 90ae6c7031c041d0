from __future__ import annotations

import pytest
from fixtures.steps import Steps

from p2c.flow import Joined, Source
from p2c.ledger import Window
from p2c.steps.source_rows import SourceRows

DISTINCT, RELEASED = "CDSReleasedDistinctProducts", "ReleasedProductsV2"
SELLABLE = Source(
    system="finance_operations",
    entity_set="SellableReleasedProducts",
    id="ProductNumber",
    key="ProductNumber",
    company="dataAreaId",
    joined=(
        Joined(DISTINCT, key="ProductNumber", by="ProductNumber"),
        Joined(RELEASED, key="ItemNumber", by=f"{DISTINCT}.ItemNumber"),
    ),
)
FIELDS = ("ProductNumber", "SalesPrice", f"{DISTINCT}.ItemNumber", f"{RELEASED}.SalesPriceQuantity")
EVERYTHING = Window(None, None, "full")


@pytest.fixture
def products(steps: Steps) -> SourceRows:
    return SourceRows(SELLABLE, steps.finance_operations, FIELDS, "usmf", page_size=10)


def test_a_whole_read_has_the_rows_of_the_company_with_their_joined_fields(products: SourceRows, steps: Steps) -> None:
    rows = {row["ProductNumber"]: row for page in products.in_window(EVERYTHING) for row in page.rows}
    assert rows["BR003"] | {"@odata.etag": ""} == {
        "@odata.etag": "",
        "ProductNumber": "BR003",
        "SalesPrice": "250",
        f"{DISTINCT}.ItemNumber": "BR003",
        f"{RELEASED}.SalesPriceQuantity": "100",
    }
    assert rows["T0004 : : Black"][f"{DISTINCT}.ItemNumber"] == "T0004"
    assert "DE-100" not in rows
    read = steps.sandbox.requests_seen(system="finance_operations", entity_set=RELEASED)
    assert len(read) == 3  # 25 items in pages of ten


@pytest.mark.parametrize("number", ["BR003", "P/100 & 50%+", "T0004 : : White"])
def test_rows_are_read_by_id_with_their_joined_fields(products: SourceRows, number: str) -> None:
    (row,) = [row for page in products.by_id([number, "no such product"]) for row in page.rows]
    assert row["ProductNumber"] == number
    assert row[f"{RELEASED}.SalesPriceQuantity"] is not None


def test_a_character_that_stands_for_any_text_finds_no_other_rows(products: SourceRows) -> None:
    assert [row for page in products.by_id(["D*"]) for row in page.rows] == []


def test_a_row_without_a_joined_one_has_blank_fields(steps: Steps, products: SourceRows) -> None:
    steps.sandbox.delete_rows("finance_operations", DISTINCT, ["usmf", "D0001"])
    (row,) = [row for page in products.by_key(["D0001"]) for row in page.rows]
    assert (row[f"{DISTINCT}.ItemNumber"], row[f"{RELEASED}.SalesPriceQuantity"]) == (None, None)


def test_an_entity_set_of_which_no_field_is_wanted_is_not_read(steps: Steps) -> None:
    rows = SourceRows(SELLABLE, steps.finance_operations, ("ProductNumber",), "usmf")
    assert [row for page in rows.in_window(EVERYTHING) for row in page.rows]
    assert steps.sandbox.requests_seen(system="finance_operations", entity_set=RELEASED) == []
