"""What quotation headers and lines of F&O share: their states, their lines, their totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from p2c_sandbox.rules import Context, Finding, RuleViolation
from p2c_sandbox.rules.quotation_amounts import CENT, plain, rounded
from p2c_sandbox.rules.references import SYSTEM, referenced
from p2c_sandbox.store import Page, Row

HEADERS, LINES = "CDSSalesQuotationHeaders", "CDSSalesQuotationLines"
NUMBER, STATUS = "SalesQuotationNumber", "SalesQuotationStatus"
CUSTOMER = "RequestingCustomerAccountNumber"
EMPTY_YEAR = "1900"


def check_editable(context: Context, header: Mapping[str, Any]) -> None:
    """RuleViolation if the quotation's status forbids changes to it and its lines."""
    status = header[STATUS]
    if status not in context.settings.editable_quotation_statuses:
        text = f"Quotation '{header[NUMBER]}' has status '{status}' and cannot be changed."
        raise RuleViolation(Finding(text, STATUS))


def check_status_kept(current: str, sent: str | None) -> Iterator[Finding]:
    """The status moves by F&O's own steps (send, confirm, cancel), not through the data entity."""
    if sent is not None and sent != current:
        yield Finding(f"Field 'Status' cannot be changed from '{current}' to '{sent}'.", STATUS)


def lines_of(context: Context, number: str) -> list[Row]:
    """The quotation's lines."""
    return _rows_with(context, LINES, NUMBER, number)


def quotations_of(context: Context, account: str) -> list[Row]:
    """The customer's quotations."""
    return _rows_with(context, HEADERS, CUSTOMER, account)


def totals(header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The header's total fields, of its lines."""
    amounts = [(Decimal(line["LineAmount"]), Decimal(line["TotalDiscountAmount"])) for line in lines]
    net = sum((amount for amount, _ in amounts), Decimal(0))
    percentage = Decimal(header.get("TotalDiscountPercentage") or 0)
    given = Decimal(header.get("TotalDiscountAmount") or 0)
    discount = rounded(net * percentage / 100, CENT) if percentage else given
    taken = sum((discount_of_line for _, discount_of_line in amounts), discount)
    return {
        "TotalDiscountAmount": plain(discount),
        "QuotationTotalAmount": plain(net - discount) if amounts else 0,
        "QuotationTotalDiscountAmount": plain(taken) if amounts else 0,
        "AreTotalsCalculated": "Yes",
    }


def smallest_amount(context: Context, currency: str) -> Decimal:
    """What amounts of a currency are rounded to: 1 for the yen, 0.01 unless the currency says otherwise."""
    row = referenced(context, "Currencies", currency, shared=True)
    return Decimal(row.values.get("RoundingRuleSalesOrders") or CENT) if row else CENT


def _rows_with(context: Context, entity_set: str, name: str, value: str) -> list[Row]:
    context.transaction.index(SYSTEM, entity_set, name)
    rows = context.transaction.find(SYSTEM, entity_set, page=Page(equal=(name, value)))
    return [row for row in rows if str(row.values["dataAreaId"]).casefold() == context.company.casefold()]


def is_blank_date(value: Any) -> bool:
    """Whether a date is missing or F&O's empty one."""
    return not value or str(value).startswith(EMPTY_YEAR)
