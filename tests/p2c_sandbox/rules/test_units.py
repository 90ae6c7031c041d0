from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.rules.units import check_convertible
from p2c_sandbox.store import Row, Store, key_text

CLASSES = {"ea": "Quantity", "box": "Quantity", "kg": "Mass", "hr": "Time"}
PRODUCT = {"ProductNumber": "D0001", "SalesUnitSymbol": "box", "InventoryUnitSymbol": "ea"}


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        for symbol, unit_class in CLASSES.items():
            row = {"UnitSymbol": symbol, "UnitClass": unit_class}
            transaction.insert(SYSTEM, "UnitsOfMeasure", key_text([symbol]), row)
        yield Context(transaction, "usmf")
    store.close()


def complaints(context: Context, symbol: str) -> list[str]:
    product: Row = context.transaction.insert(SYSTEM, "SellableReleasedProducts", key_text(["usmf", "D0001"]), PRODUCT)
    return [finding.text for finding in check_convertible(context, symbol, product)]


@pytest.mark.parametrize("symbol", ["ea", "box", "EA"])
def test_units_of_the_product_s_class_convert(context: Context, symbol: str) -> None:
    assert complaints(context, symbol) == []


def test_units_of_another_class_do_not_convert(context: Context) -> None:
    assert complaints(context, "kg") == ["Unit conversion from 'kg' to 'ea' does not exist for product 'D0001'."]


def test_a_unit_must_be_known(context: Context) -> None:
    assert complaints(context, "crate") == [
        "The value 'crate' in field 'Unit' is not found in the related table 'Units'."
    ]


def test_a_line_needs_a_unit(context: Context) -> None:
    assert complaints(context, "") == ["Field 'Unit' must be filled in."]
