"""Customers in F&O, from Sales contacts that are customers themselves."""

from __future__ import annotations

from collections.abc import Iterator

from p2c_airflow.local.truth.accounts import created
from p2c_airflow.local.truth.addresses import address
from p2c_airflow.local.truth.contacts import ACTIVE_CUSTOMER, NUMBER
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Code, Value, Wanted, text

NAMES = {
    "PersonFirstName": "firstname",
    "PersonMiddleName": "middlename",
    "PersonLastName": "lastname",
    "PersonProfessionalTitle": "jobtitle",
    "PrimaryContactPhone": "telephone1",
    "PrimaryContactEmail": "emailaddress1",
    "PrimaryContactFax": "fax",
    "PrimaryContactURL": "websiteurl",
    "SalesMemo": "description",
}


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """A customer of its own for each active contact that is customer of a quote, order or invoice."""
    defaults = snapshot.site.defaults(organization, "contacts_to_customers")
    for row in snapshot.contacts(organization):
        number = text(row[NUMBER])
        if row["statecode"] != 0 or not number or not row[ACTIVE_CUSTOMER]:
            continue
        fields: dict[str, Value] = {target: text(row[source]) for target, source in NAMES.items()}
        fields["IsExternallyMaintained"] = "Yes"
        fields |= address(row, "address1", "Address", defaults["AddressCountryRegionISOCode"], snapshot.site)
        once = {**created(row, defaults, "Person"), "PartyNumber": Code(number)}
        yield Wanted(row["contactid"], "CustomersV3", {"CustomerAccount": number}, fields, once)
