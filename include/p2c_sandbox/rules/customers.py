"""F&O's rules for customers, whichever data entity they are written through.

A number sequence that is not manual replaces the customer account. A blank sales currency becomes the company's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.addresses import check_addresses, complete_country
from p2c_sandbox.rules.change_proposals import withhold_protected
from p2c_sandbox.rules.companies import company_currency, warehouse_elsewhere
from p2c_sandbox.rules.number_sequences import issued_number
from p2c_sandbox.rules.parties import ORGANIZATION, PERSON, check_party, keep_party, party_number
from p2c_sandbox.rules.quotations import quotations_of
from p2c_sandbox.rules.references import Reference, broken

ACCOUNT_NUMBER = "CustAccount"
PARTY_TYPES = (ORGANIZATION, PERSON)
NAME_ALIAS_LENGTH = 20

_REFERENCES = (
    Reference("CustomerGroupId", "Customer group", "CustomerGroups", "Customer groups"),
    Reference("SiteId", "Site", "OperationalSites", "Sites"),
    Reference("WarehouseId", "Warehouse", "Warehouses", "Warehouses"),
    Reference("PaymentTerms", "Terms of payment", "PaymentTerms", "Terms of payment"),
    Reference("SalesTaxGroup", "Sales tax group", "TaxGroups", "Sales tax groups"),
    Reference("InvoiceAccount", "Invoice account", "CustomersV3", "Customers"),
    Reference("LanguageId", "Language", "LanguageCodes", "Language codes", shared=True),
    Reference("SalesCurrencyCode", "Currency", "Currencies", "Currency", shared=True),
)
_REQUIRED = {
    "CustomerGroupId": "Customer group",
    "SalesCurrencyCode": "Currency",
    "CustomerAccount": "Customer account",
}
_NAMES = {ORGANIZATION: ("OrganizationName", "Name"), PERSON: ("PersonLastName", "Last name")}
_PARTY_FIELDS = {
    ORGANIZATION: ("OrganizationName", "NameAlias", "LanguageId"),
    PERSON: (
        "PersonFirstName",
        "PersonMiddleName",
        "PersonLastName",
        "PersonGender",
        "PersonMaritalStatus",
        "PersonProfessionalTitle",
        "NameAlias",
        "LanguageId",
    ),
}
_HAS_QUOTATIONS = (
    "Customers cannot be deleted while dependent Quotations exist. Delete dependent Quotations and try again."
)


class Customers:
    """Rules of CustomersV3, CustomersV2 and CustomersBase."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Default, number and check a new customer."""
        _default(context, values)
        values["CustomerAccount"] = issued_number(context, ACCOUNT_NUMBER, values.get("CustomerAccount", ""))
        values["PartyNumber"] = party_number(context, values.get("PartyNumber", ""))
        _require([*complete_country(context, values, {}), *_findings(context, values)])

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check a customer as it would become; keep back fields under approval."""
        contradictions = complete_country(context, changes, current)
        _require([*contradictions, *_findings(context, {**current, **changes})])
        return withhold_protected(context, current, changes)

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """The party bears the customer's name."""
        fields = {name: row[name] for name in _PARTY_FIELDS[row["PartyType"]]}
        keep_party(context, row["PartyNumber"], row["PartyType"], fields)

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """A customer with quotations stays."""
        if quotations_of(context, row["CustomerAccount"]):
            raise RuleViolation(Finding(_HAS_QUOTATIONS))


def _default(context: Context, values: dict[str, Any]) -> None:
    person = bool(values.get("PersonLastName")) and not values.get("OrganizationName")
    values["PartyType"] = values.get("PartyType") or (PERSON if person else ORGANIZATION)
    values["SalesCurrencyCode"] = values.get("SalesCurrencyCode") or company_currency(context)
    name = values.get("OrganizationName") or values.get("PersonLastName") or ""
    values["NameAlias"] = values.get("NameAlias") or name[:NAME_ALIAS_LENGTH].rstrip()


def _findings(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _missing(values)
    yield from broken(_REFERENCES, context, values)
    yield from warehouse_elsewhere(context, values.get("SiteId", ""), values.get("WarehouseId", ""), "WarehouseId")
    yield from check_party(context, values.get("PartyNumber", ""), values.get("PartyType", ""), "PartyNumber")
    yield from check_addresses(context, values)


def _missing(values: Mapping[str, Any]) -> Iterator[Finding]:
    party_type = values.get("PartyType", "")
    if party_type not in PARTY_TYPES:
        yield Finding(
            f"The value '{party_type}' is not valid in field 'Type'; {' or '.join(PARTY_TYPES)}.", "PartyType"
        )
        return
    field, label = _NAMES[party_type]
    for name, text in {field: label, **_REQUIRED}.items():
        if not values.get(name):
            yield Finding(f"Field '{text}' must be filled in.", name)


def _require(findings: list[Finding]) -> None:
    if findings:
        raise RuleViolation(*findings)
