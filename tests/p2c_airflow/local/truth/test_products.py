from __future__ import annotations

from decimal import Decimal

import pytest

from p2c_airflow.local.truth.products import per_unit, wanted
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted


def rows(snapshot: Snapshot, organization: str = "usmf") -> dict[str, Wanted]:
    return {row.source_id: row for row in wanted(snapshot, organization)}


def test_a_product_is_wanted_of_the_first_organization_that_sells_it(snapshot: Snapshot) -> None:
    assert "D0001" in rows(snapshot)
    assert set(rows(snapshot, "demf")) == {"D0099", "DE-100"}


def test_a_product_that_is_stopped_for_sales_is_not_wanted(snapshot: Snapshot) -> None:
    assert "D0099" not in rows(snapshot)


def test_a_price_is_that_of_one_unit(snapshot: Snapshot) -> None:
    assert rows(snapshot)["BR003"].fields["price"] == Decimal("2.50")


def test_a_name_is_as_long_as_sales_holds_it(snapshot: Snapshot) -> None:
    assert len(str(rows(snapshot)["D0100"].fields["name"])) == 100


def test_a_unit_is_that_of_sales(snapshot: Snapshot) -> None:
    assert rows(snapshot)["W0050"].fields["defaultuomid.name"] == "Kilogram"


def test_a_service_is_no_stock_item(snapshot: Snapshot) -> None:
    service = rows(snapshot)["S0001"]
    assert (service.fields["isstockitem"], service.on_create["producttypecode"]) == (False, 3)


@pytest.mark.parametrize(("quantity", "amount"), [("100", "2.5"), ("1", "250"), ("0", "250")])
def test_an_amount_is_divided_by_its_quantity(quantity: str, amount: str) -> None:
    assert per_unit(Decimal(250), Decimal(quantity)) == Decimal(amount)
