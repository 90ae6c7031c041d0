from __future__ import annotations

from decimal import Decimal

from fixtures.quotes import QUOTE_LINES

from p2c.field_comparison import FieldComparison, FieldDifference
from p2c.mapping.prepare import destination_contracts

COMPARISON = FieldComparison(QUOTE_LINES, destination_contracts(QUOTE_LINES))
VALUES = {
    "LineCreationSequenceNumber": 1,
    "SalesQuotationNumber": "Q-1",
    "ProductNumber": "D0001",
    "RequestedSalesQuantity": Decimal(2),
    "SalesPrice": None,
}


def test_the_key_is_sent_on_create_and_never_compared() -> None:
    assert COMPARISON.created(VALUES)["SalesQuotationNumber"] == "Q-1"
    stored = {"SalesQuotationNumber": "other", "ProductNumber": "D0001", "RequestedSalesQuantity": "2"}
    assert COMPARISON.differing(VALUES, stored) == ()


def test_a_field_that_differs_is_told_and_sent() -> None:
    stored = {"ProductNumber": "D0001", "RequestedSalesQuantity": "3", "SalesPrice": "0"}
    (found,) = COMPARISON.differing(VALUES, stored)
    assert found == FieldDifference("RequestedSalesQuantity", "2", "3")
    assert COMPARISON.changed(VALUES, {found.field}) == {"RequestedSalesQuantity": Decimal(2)}


def test_a_difference_is_shown_behind_its_line() -> None:
    assert str(FieldDifference("SalesPrice", "1", "2")) == "SalesPrice"
    assert str(FieldDifference("SalesPrice", "1", "2", line="3")) == "line 3: SalesPrice"


def test_the_name_of_a_parent_is_compared_without_case() -> None:
    stored = {"ProductNumber": "d0001", "RequestedSalesQuantity": "2"}
    assert [parent.target for parent in QUOTE_LINES.parents] == ["ProductNumber"]
    assert COMPARISON.differing(VALUES, stored) == ()
