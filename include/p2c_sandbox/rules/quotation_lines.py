"""F&O's rules for sales quotation lines: product, unit, price and amount.

What is blank comes from the product and the header; the amount is always F&O's own. A write totals the header anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.addresses import complete_country
from p2c_sandbox.rules.companies import warehouse_elsewhere
from p2c_sandbox.rules.delivery_addresses import BLOCKS, address_of_quotation, check_delivery_address, take_over
from p2c_sandbox.rules.quotation_amounts import discounts_disagree, line_amounts
from p2c_sandbox.rules.quotations import (
    HEADERS,
    NUMBER,
    STATUS,
    check_editable,
    check_status_kept,
    is_blank_date,
    lines_of,
    smallest_amount,
    totals,
)
from p2c_sandbox.rules.references import SYSTEM, Reference, broken, not_found, referenced
from p2c_sandbox.rules.sellable_products import check_sellable, item_of, sellable_product
from p2c_sandbox.rules.units import check_convertible

SEQUENCE = "LineCreationSequenceNumber"
_REFERENCES = (
    Reference("ShippingSiteId", "Site", "OperationalSites", "Sites"),
    Reference("ShippingWarehouseId", "Warehouse", "Warehouses", "Warehouses"),
)
_CALCULATED = ("LineAmount", "AreTotalsCalculated", "TotalChargesAmount", "TotalTaxAmount", "FormattedDeliveryAddress")


class QuotationLines:
    """Rules of CDSSalesQuotationLines."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Default, price and check a new line."""
        header = _header(context, values)
        check_editable(context, header)
        refusals = list(check_status_kept(header[STATUS], values.get(STATUS)))
        _without_calculated(values)
        sent = dict(values)
        _default(context, values, header)
        take_over(values, {}, address_of_quotation(header), new=True)
        contradictions = complete_country(context, values, {}, BLOCKS)
        _require([*refusals, *contradictions, *_findings(context, values, header), *_discounts(sent, values)])
        values.update(_amounts(context, values, sent))

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check a line as it would become; its product stays."""
        header = _header(context, current)
        check_editable(context, header)
        refusals = [*check_status_kept(header[STATUS], changes.get(STATUS)), *_product_kept(current, changes)]
        changes.pop("ProductNumber", None)
        ignored = _without_calculated(changes)
        sent = dict(changes)
        ignored |= take_over(changes, current, address_of_quotation(header), new=False)
        contradictions = complete_country(context, changes, current, BLOCKS)
        line = {**current, **changes}
        _require([*refusals, *contradictions, *_findings(context, line, header), *_discounts(sent, line)])
        changes.update(_amounts(context, line, sent))
        result = {**current, **changes}
        return Ignored({name: value for name, value in ignored.items() if value != result.get(name)})

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """The header's totals follow."""
        _total(context, row, (line.values for line in lines_of(context, row[NUMBER])))

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """The header's totals follow without the line."""
        check_editable(context, _header(context, row))
        others = (line.values for line in lines_of(context, row[NUMBER]) if line.values[SEQUENCE] != row[SEQUENCE])
        _total(context, row, others)


def _header(context: Context, values: Mapping[str, Any]) -> Mapping[str, Any]:
    number = values.get(NUMBER, "")
    row = referenced(context, HEADERS, number)
    if row is None:
        raise RuleViolation(not_found(number, "Quotation", "Sales quotations", NUMBER))
    return row.values


def _total(context: Context, line: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> None:
    header = referenced(context, HEADERS, line[NUMBER])
    if header is None:
        return
    changes = totals(header.values, lines)
    if any(header.values.get(name) != value for name, value in changes.items()):
        context.transaction.update(SYSTEM, HEADERS, header.key, changes)


def _default(context: Context, values: dict[str, Any], header: Mapping[str, Any]) -> None:
    values[NUMBER] = header[NUMBER]
    values[STATUS] = header[STATUS]
    values["CurrencyCode"] = values.get("CurrencyCode") or header["CurrencyCode"]
    values["ShippingSiteId"] = values.get("ShippingSiteId") or header["DefaultShippingSiteId"]
    values["ShippingWarehouseId"] = values.get("ShippingWarehouseId") or _warehouse(values, header)
    for field, source in {"RequestedReceiptDate": "ReceiptDateRequested", "RequestedShippingDate": None}.items():
        if is_blank_date(values.get(field)):
            values[field] = header[source or field]
    _default_from_product(context, values)


def _warehouse(values: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    return header["DefaultShippingWarehouseId"] if values["ShippingSiteId"] == header["DefaultShippingSiteId"] else ""


def _default_from_product(context: Context, values: dict[str, Any]) -> None:
    number = values.get("ProductNumber", "")
    product, item = sellable_product(context, number), item_of(context, number)
    if product is None:
        return
    values["ProductNumber"] = product.values["ProductNumber"]
    values["ProductName"] = values.get("ProductName") or product.values["ProductName"]
    values["LineDescription"] = values.get("LineDescription") or product.values["ProductName"]
    values["SalesUnitSymbol"] = values.get("SalesUnitSymbol") or product.values["SalesUnitSymbol"]
    values.setdefault("SalesPrice", product.values["SalesPrice"])
    values.setdefault("SalesPriceQuantity", (item.values["SalesPriceQuantity"] if item else 0) or 1)


def _amounts(context: Context, line: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Decimal]:
    unit = smallest_amount(context, line["CurrencyCode"])
    by_total = bool(sent.get("TotalDiscountAmount")) or (
        "TotalDiscountAmount" in sent and "LineDiscountAmount" not in sent
    )
    return line_amounts(line, by_total=by_total, unit=unit)


def _without_calculated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.pop(name) for name in _CALCULATED if name in values}


def _product_kept(current: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[Finding]:
    old, new = current["ProductNumber"], changes.get("ProductNumber")
    if new is not None and str(new).casefold() != str(old).casefold():
        yield Finding(
            f"Field 'Product number' cannot be changed from '{old}' to '{new}': delete the line and add one.",
            "ProductNumber",
        )


def _findings(context: Context, line: Mapping[str, Any], header: Mapping[str, Any]) -> Iterator[Finding]:
    number = line.get("ProductNumber", "")
    if not number:
        yield Finding("Field 'Product number' must be filled in.", "ProductNumber")
    else:
        yield from check_sellable(context, number, "ProductNumber")
    yield from check_convertible(context, line.get("SalesUnitSymbol", ""), sellable_product(context, number))
    if line["CurrencyCode"].casefold() != header["CurrencyCode"].casefold():
        text = f"Currency '{line['CurrencyCode']}' is not that of the quotation, '{header['CurrencyCode']}'."
        yield Finding(text, "CurrencyCode")
    yield from _shipping(context, line)
    yield from check_delivery_address(context, line)


def _shipping(context: Context, line: Mapping[str, Any]) -> Iterator[Finding]:
    site, warehouse = line.get("ShippingSiteId", ""), line.get("ShippingWarehouseId", "")
    product = sellable_product(context, line.get("ProductNumber", ""))
    if not site and product is not None and product.values["IsStockedProduct"] == "Yes":
        yield Finding("Field 'Site' must be filled in.", "ShippingSiteId")
    yield from broken(_REFERENCES, context, line)
    yield from warehouse_elsewhere(context, site, warehouse, "ShippingWarehouseId")


def _discounts(sent: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[Finding]:
    quantity = Decimal(line.get("RequestedSalesQuantity") or 0)
    if discounts_disagree(sent, quantity):
        yield Finding("Send either the total discount or the discount per unit with charges.", "TotalDiscountAmount")


def _require(findings: list[Finding]) -> None:
    if findings:
        raise RuleViolation(*findings)
