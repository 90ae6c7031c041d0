"""Contact persons in F&O, from Sales contacts of a company that are no customers themselves."""

from __future__ import annotations

from collections.abc import Iterator

from p2c_airflow.local.truth.addresses import address
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Code, Value, Wanted, text

NUMBER = "msdynce_contactnumber"
ACTIVE_CUSTOMER = "msdynce_isactivecustomer"
NAMES = {
    "FirstName": "firstname",
    "MiddleName": "middlename",
    "LastName": "lastname",
    "EmploymentProfession": "jobtitle",
    "EmploymentDepartment": "department",
    "PrimaryEmailAddress": "emailaddress1",
    "PrimaryPhoneNumber": "telephone1",
    "PrimaryFaxNumber": "fax",
    "PrimaryURL": "websiteurl",
    "Notes": "description",
}


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """A contact person for each such contact; one that is out of scope by now is inactive if it was sent before."""
    default = snapshot.site.defaults(organization, "contacts").get("PrimaryAddressCountryRegionISOCode", "")
    for row in snapshot.contacts(organization):
        number, company = text(row[NUMBER]), snapshot.account(row["_parentcustomerid_value"])
        if not number or company is None:
            continue
        key = {"ContactPersonPartyNumber": number}
        if row["statecode"] != 0 or row[ACTIVE_CUSTOMER]:
            yield Wanted(row["contactid"], "CDSContactPersonsV2", key, {"IsInactive": "Yes"}, kept=True)
            continue
        fields: dict[str, Value] = {target: text(row[source]) for target, source in NAMES.items()}
        fields |= {
            "AssociatedContactNumber": Code(text(company["accountnumber"])),
            "AssociatedContactType": "Customer",
            "IsContactPersonExternallyMaintained": "Yes",
            "IsInactive": "No",
        }
        if row["donotemail"] is not None:
            fields["IsReceivingDirectMail"] = "No" if row["donotemail"] else "Yes"
        fields |= address(row, "address1", "PrimaryAddress", default, snapshot.site, state="StateId", county="CountyId")
        yield Wanted(row["contactid"], "CDSContactPersonsV2", key, fields)
