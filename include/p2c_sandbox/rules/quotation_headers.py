"""F&O's rules for sales quotation headers.

A number sequence that is not manual replaces the quotation number. What is blank comes from the customer. Only a
quotation in status Created can be changed, unless a setting names others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.addresses import complete_country
from p2c_sandbox.rules.companies import company_currency, warehouse_elsewhere
from p2c_sandbox.rules.delivery_addresses import (
    BLOCKS,
    address_of_customer,
    address_of_quotation,
    check_delivery_address,
    take_over,
)
from p2c_sandbox.rules.number_sequences import issued_number
from p2c_sandbox.rules.quotations import (
    LINES,
    NUMBER,
    STATUS,
    check_editable,
    check_status_kept,
    is_blank_date,
    lines_of,
    totals,
)
from p2c_sandbox.rules.references import SYSTEM, Reference, broken, referenced

QUOTATION_NUMBER = "SalesQuotationId"
CREATED = "Created"
_REFERENCES = (
    Reference("RequestingCustomerAccountNumber", "Customer account", "CustomersV3", "Customers"),
    Reference("InvoiceCustomerAccountNumber", "Invoice account", "CustomersV3", "Customers"),
    Reference("PaymentTermsName", "Terms of payment", "PaymentTerms", "Terms of payment"),
    Reference("DefaultShippingSiteId", "Site", "OperationalSites", "Sites"),
    Reference("DefaultShippingWarehouseId", "Warehouse", "Warehouses", "Warehouses"),
    Reference("CurrencyCode", "Currency", "Currencies", "Currency", shared=True),
    Reference("LanguageId", "Language", "LanguageCodes", "Language codes", shared=True),
)
_REQUIRED = {
    "SalesQuotationNumber": "Quotation",
    "RequestingCustomerAccountNumber": "Customer account",
    "CurrencyCode": "Currency",
}
_FROM_CUSTOMER = {
    "CurrencyCode": "SalesCurrencyCode",
    "LanguageId": "LanguageId",
    "PaymentTermsName": "PaymentTerms",
    "DefaultShippingSiteId": "SiteId",
    "DefaultShippingWarehouseId": "WarehouseId",
}
_CALCULATED = (
    "AreTotalsCalculated",
    "QuotationHeaderTaxAmount",
    "QuotationTotalAmount",
    "QuotationTotalChargesAmount",
    "QuotationTotalDiscountAmount",
    "QuotationTotalTaxAmount",
    "FormattedDeliveryAddress",
    "FormattedInvoiceAddress",
    "GeneratedSalesOrderNumber",
    "SalesQuotationConfirmationDate",
)


class QuotationHeaders:
    """Rules of CDSSalesQuotationHeaders."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Number, default and check a new quotation."""
        refusals = list(check_status_kept(CREATED, values.get(STATUS)))
        values[NUMBER] = issued_number(context, QUOTATION_NUMBER, values.get(NUMBER, ""))
        values[STATUS] = CREATED
        _without_calculated(values)
        customer = _customer(context, values)
        _default(context, values, customer)
        take_over(values, {}, address_of_customer(customer), new=True)
        contradictions = complete_country(context, values, {}, BLOCKS)
        _require([*refusals, *contradictions, *_findings(context, values)])
        values.update(totals(values, []))

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check a quotation as it would become; total it again."""
        check_editable(context, current)
        refusals = list(check_status_kept(current[STATUS], changes.get(STATUS)))
        ignored = _without_calculated(changes)
        source = address_of_customer(_customer(context, {**current, **changes}))
        ignored |= take_over(changes, current, source, new=False)
        contradictions = complete_country(context, changes, current, BLOCKS)
        _require([*refusals, *contradictions, *_findings(context, {**current, **changes})])
        lines = [row.values for row in lines_of(context, current[NUMBER])]
        changes.update(totals(_by_percentage_or_amount(current, changes), lines))
        return Ignored({name: value for name, value in ignored.items() if value != current.get(name)})

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Lines bear the quotation's currency, and its delivery address unless they have their own."""
        block = address_of_quotation(row)
        for line in lines_of(context, row[NUMBER]):
            follows = {"CurrencyCode": row["CurrencyCode"], STATUS: row[STATUS]}
            if line.values["IsDeliveryAddressOrderSpecific"] != "Yes":
                follows |= block
            if any(line.values.get(name) != value for name, value in follows.items()):
                context.transaction.update(SYSTEM, LINES, line.key, follows)

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """The lines go with the quotation."""
        check_editable(context, row)
        for line in lines_of(context, row[NUMBER]):
            context.transaction.delete(SYSTEM, LINES, line.key)


def _customer(context: Context, values: Mapping[str, Any]) -> Mapping[str, Any]:
    account = values.get("RequestingCustomerAccountNumber")
    row = referenced(context, "CustomersV3", account) if account else None
    return row.values if row else {}


def _default(context: Context, values: dict[str, Any], customer: Mapping[str, Any]) -> None:
    for field, source in _FROM_CUSTOMER.items():
        values[field] = values.get(field) or customer.get(source, "")
    values["CurrencyCode"] = values["CurrencyCode"] or company_currency(context)
    name = customer.get("OrganizationName") or _person(customer)
    account = customer.get("InvoiceAccount") or customer.get("CustomerAccount", "")
    values["InvoiceCustomerAccountNumber"] = values.get("InvoiceCustomerAccountNumber") or account
    values["DeliveryAddressName"] = values.get("DeliveryAddressName") or name
    values["SalesQuotationName"] = values.get("SalesQuotationName") or name[:60]
    if is_blank_date(values.get("ReceiptDateRequested")) and "RequestedShippingDate" in values:
        values["ReceiptDateRequested"] = values["RequestedShippingDate"]


def _person(customer: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (customer.get(f"Person{part}Name", "") for part in ("First", "Middle", "Last"))))


def _by_percentage_or_amount(current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The header whose total discount is the one changed last."""
    header = {**current, **changes}
    if "TotalDiscountAmount" in changes and "TotalDiscountPercentage" not in changes:
        header["TotalDiscountPercentage"] = 0
    return header


def _without_calculated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.pop(name) for name in _CALCULATED if name in values}


def _findings(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    for field, label in _REQUIRED.items():
        if not values.get(field):
            yield Finding(f"Field '{label}' must be filled in.", field)
    if is_blank_date(values.get("RequestedShippingDate")):
        yield Finding("Field 'Requested ship date' must be filled in.", "RequestedShippingDate")
    yield from broken(_REFERENCES, context, values)
    site, warehouse = values.get("DefaultShippingSiteId", ""), values.get("DefaultShippingWarehouseId", "")
    yield from warehouse_elsewhere(context, site, warehouse, "DefaultShippingWarehouseId")
    yield from check_delivery_address(context, values)


def _require(findings: list[Finding]) -> None:
    if findings:
        raise RuleViolation(*findings)
