from __future__ import annotations

from decimal import Decimal
from typing import Any

from fixtures.quotes import QUOTES

from p2c.field_comparison import FieldDifference
from p2c.line_planning import LineChange, LinePlanner, MappedLine
from p2c.mapping.prepare import destination_contracts

assert QUOTES.lines is not None
PLANNER = LinePlanner(QUOTES.lines, destination_contracts(QUOTES.lines.flow))


def line(number: int, product: str = "D0001", quantity: str = "1", price: str | None = "10") -> MappedLine:
    values = {
        "LineCreationSequenceNumber": number,
        "SalesQuotationNumber": "Q-1",
        "ProductNumber": product,
        "RequestedSalesQuantity": Decimal(quantity),
        "SalesPrice": None if price is None else Decimal(price),
    }
    return MappedLine(f"id-{number}", str(number), 1, values, {})


def stored(number: int, **changes: str) -> tuple[str, dict[str, str | None]]:
    row: dict[str, str | None] = {
        "LineCreationSequenceNumber": str(number),
        "SalesQuotationNumber": "Q-1",
        "ProductNumber": "D0001",
        "RequestedSalesQuantity": "1",
        "SalesPrice": "10.000000",
        "@odata.etag": f'W/"{number}"',
        **changes,
    }
    return f"{number}|q-1", row


def told(lines: list[MappedLine], *rows: tuple[str, dict[str, Any]]) -> list[str]:
    return [text for change in PLANNER.changes(lines, dict(rows)) for text in change.told]


def test_lines_that_are_as_wanted_need_nothing() -> None:
    assert PLANNER.changes([line(1), line(2)], dict([stored(2), stored(1)])) == ()


def test_missing_lines_are_created_in_the_order_of_their_numbers() -> None:
    assert told([line(10), line(2), line(1)], stored(1)) == ["line 2 created", "line 10 created"]


def test_a_line_sends_its_filled_fields() -> None:
    (change,) = PLANNER.changes([line(1, price=None)], {})
    assert (change.kind, change.key, change.values) == (
        "create",
        "1|Q-1",
        {
            "LineCreationSequenceNumber": 1,
            "SalesQuotationNumber": "Q-1",
            "ProductNumber": "D0001",
            "RequestedSalesQuantity": Decimal(1),
        },
    )


def test_an_update_sends_the_changed_field_if_the_line_is_as_it_was_read() -> None:
    (change,) = PLANNER.changes([line(1, quantity="2")], dict([stored(1)]))
    difference = FieldDifference("RequestedSalesQuantity", "2", "1", line="1")
    values = {"RequestedSalesQuantity": Decimal(2)}
    assert change == LineChange("update", "1|Q-1", "1", values, 'W/"1"', (difference,))
    assert change.told == ("line 1: RequestedSalesQuantity",)


def test_lines_that_the_source_lacks_are_deleted_before_others_are_created() -> None:
    assert told([line(3)], stored(1), stored(2)) == ["line 1 deleted", "line 2 deleted", "line 3 created"]


def test_a_line_whose_product_changed_is_replaced_under_its_number() -> None:
    deleted, created = PLANNER.changes([line(1, "D0002")], dict([stored(1)]))
    assert (deleted.kind, created.kind, deleted.key, created.key) == ("delete", "create", "1|Q-1", "1|Q-1")
    assert (*deleted.differing, *created.differing) == (FieldDifference("ProductNumber", "D0002", "D0001", line="1"),)


def test_a_product_that_differs_in_case_alone_is_the_same() -> None:
    assert PLANNER.changes([line(1, "d0001")], dict([stored(1)])) == ()
