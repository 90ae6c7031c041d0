from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.companies import company_currency, warehouse_elsewhere
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.store import Store, key_text

ROWS = [
    ("LegalEntities", ["usmf"], {"AddressCountryRegionId": "USA"}),
    ("AddressCountryRegions", ["USA"], {"CurrencyCode": "USD"}),
    ("Warehouses", ["usmf", "22"], {"OperationalSiteId": "2"}),
]


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        for entity_set, key, values in ROWS:
            transaction.insert(SYSTEM, entity_set, key_text(key), values)
        yield Context(transaction, "usmf")
    store.close()


def test_a_company_has_the_currency_of_its_country(context: Context) -> None:
    assert company_currency(context) == "USD"
    assert company_currency(Context(context.transaction, "none")) == ""


def test_a_warehouse_belongs_to_one_site(context: Context) -> None:
    assert list(warehouse_elsewhere(context, "2", "22", "WarehouseId")) == []
    (finding,) = warehouse_elsewhere(context, "1", "22", "WarehouseId")
    assert (finding.text, finding.field) == ("Warehouse '22' does not belong to site '1'.", "WarehouseId")


@pytest.mark.parametrize(("site", "warehouse"), [("", "22"), ("1", ""), ("1", "99")])
def test_a_blank_or_unknown_one_is_not_compared(context: Context, site: str, warehouse: str) -> None:
    assert list(warehouse_elsewhere(context, site, warehouse, "WarehouseId")) == []
