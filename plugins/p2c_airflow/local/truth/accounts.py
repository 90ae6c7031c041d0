"""Customers in F&O, from Sales accounts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from p2c_airflow.local.truth.addresses import address
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Code, Row, Value, Wanted, text

NAMES = {
    "OrganizationName": "name",
    "PrimaryContactPhone": "telephone1",
    "PrimaryContactEmail": "emailaddress1",
    "PrimaryContactFax": "fax",
    "PrimaryContactURL": "websiteurl",
    "SalesMemo": "description",
}
DEFAULTS = ("CustomerGroupId", "SiteId", "WarehouseId", "LanguageId")


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """A customer for each active account with a number."""
    defaults = snapshot.site.defaults(organization, "accounts")
    for row in snapshot.accounts(organization):
        number = text(row["accountnumber"])
        if row["statecode"] != 0 or not number:
            continue
        fields: dict[str, Value] = {target: text(row[source]) for target, source in NAMES.items()}
        fields["OrganizationNumberOfEmployees"] = Decimal(row["numberofemployees"] or 0)
        fields["IsExternallyMaintained"] = "Yes"
        for target, source in (("Address", "address1"), ("InvoiceAddress", "address2")):
            fields |= address(row, source, target, defaults[f"{target}CountryRegionISOCode"], snapshot.site)
        yield Wanted(row["accountid"], "CustomersV3", {"CustomerAccount": number}, fields, created(row, defaults))


def created(row: Row, defaults: dict[str, str], party: str = "Organization") -> dict[str, Value]:
    """What a customer gets when it is created, and finance keeps from then on."""
    currency = (row.get("transactioncurrencyid") or {}).get("isocurrencycode")
    fields: dict[str, Value] = {name: Code(defaults[name]) for name in DEFAULTS}
    return {**fields, "SalesCurrencyCode": Code(currency or defaults["SalesCurrencyCode"]), "PartyType": party}
