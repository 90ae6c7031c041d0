"""Quotations and their lines written to F&O in one change set."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.systems.odata.operations import JsonValue, Operation, Result


def write(steps: Steps, *operations: Operation) -> list[Result]:
    return list(steps.finance_operations.write(operations, lanes=1))


def line(kind: Any, number: int, reference: int = 0, **values: JsonValue) -> Operation:
    """A write of a line of quotation Q1."""
    return Operation(
        kind=kind,
        entity_set="CDSSalesQuotationLines",
        company="usmf",
        key={"LineCreationSequenceNumber": str(number), "SalesQuotationNumber": "Q1"},
        key_types={"LineCreationSequenceNumber": "Edm.Int32"},
        values=values,
        reference=reference,
        line=str(number),
    )


def quotation(*lines: Operation) -> Operation:
    """The creation of quotation Q1 with its lines."""
    values: dict[str, JsonValue] = {
        "RequestingCustomerAccountNumber": "US-003",
        "CurrencyCode": "USD",
        "RequestedShippingDate": "2026-04-01T12:00:00Z",
    }
    return Operation(
        kind="create",
        entity_set="CDSSalesQuotationHeaders",
        company="usmf",
        key={"SalesQuotationNumber": "Q1"},
        values=values,
        reference=1,
        also=lines,
    )


def sold(product: str, quantity: int = 1) -> dict[str, JsonValue]:
    return {"ProductNumber": product, "RequestedSalesQuantity": quantity, "SalesPrice": Decimal("10.50")}


def products_of_quotation(sandbox: Sandbox) -> dict[int, str]:
    rows = sandbox.rows("finance_operations", "CDSSalesQuotationLines")
    return {
        row["LineCreationSequenceNumber"]: row["ProductNumber"] for row in rows if row["SalesQuotationNumber"] == "Q1"
    }


def test_a_quotation_lands_with_its_lines(steps: Steps) -> None:
    header = quotation(line("create", 1, **sold("D0001")), line("create", 2, **sold("D0002")))
    (result,) = write(steps, header)
    assert (result.outcome, result.returned["SalesQuotationNumber"]) == ("done", "Q1")
    assert products_of_quotation(steps.sandbox) == {1: "D0001", 2: "D0002"}


def test_a_refused_line_keeps_its_quotation_out(steps: Steps) -> None:
    (result,) = write(steps, quotation(line("create", 1, **sold("D0001")), line("create", 2, **sold("X"))))
    assert (result.outcome, result.line) == ("refused", "2")
    assert products_of_quotation(steps.sandbox) == {}
    assert "Q1" not in {
        row["SalesQuotationNumber"] for row in steps.sandbox.rows("finance_operations", "CDSSalesQuotationHeaders")
    }


def test_a_line_is_replaced_within_one_change_set(steps: Steps) -> None:
    write(steps, quotation(line("create", 1, **sold("D0001")), line("create", 2, **sold("D0002"))))
    replaced = replace(line("delete", 1), also=(line("delete", 2), line("create", 1, **sold("D0003"))))
    (result,) = write(steps, replaced)
    assert result.outcome == "done", result.error
    assert products_of_quotation(steps.sandbox) == {1: "D0003"}
