"""F&O's rules for contact persons of customers.

The contact person hangs on a customer of the company and on a party. Its id is another number than the party's, and
unique in the company (unconfirmed for this data entity).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.addresses import Block, check_addresses, complete_country
from p2c_sandbox.rules.number_sequences import issued_number
from p2c_sandbox.rules.parties import PERSON, check_party, keep_party, party_number
from p2c_sandbox.rules.references import SYSTEM, not_found, referenced
from p2c_sandbox.store import Page

ENTITY_SET = "CDSContactPersonsV2"
CONTACT_PERSON_ID = "ContactPersonId"
CUSTOMER = "Customer"
BLOCKS = (Block("PrimaryAddress", "Id"),)
_PARTY_FIELDS = {
    "FirstName": "PersonFirstName",
    "MiddleName": "PersonMiddleName",
    "LastName": "PersonLastName",
    "Gender": "PersonGender",
    "MaritalStatus": "PersonMaritalStatus",
    "EmploymentProfession": "PersonProfessionalTitle",
}
_REQUIRED = {
    "ContactPersonPartyNumber": "Party number",
    "ContactPersonId": "Contact",
    "AssociatedContactNumber": "Contact for",
    "LastName": "Last name",
}


class ContactPersons:
    """Rules of CDSContactPersonsV2."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Number, default and check a new contact person."""
        number = party_number(context, values.get("ContactPersonPartyNumber", ""))
        values["ContactPersonPartyNumber"] = number
        values["ContactPersonId"] = issued_number(context, CONTACT_PERSON_ID, values.get("ContactPersonId", ""))
        values["ContactPersonPartyType"] = PERSON
        contradictions = complete_country(context, values, {}, BLOCKS)
        _require([*contradictions, *_findings(context, values), *_id_taken(context, values)])

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check a contact person as it would become; its id stays."""
        given = changes.pop("ContactPersonId", current["ContactPersonId"])
        if given != current["ContactPersonId"]:
            text = f"Field 'Contact' cannot be changed from '{current['ContactPersonId']}' to '{given}'."
            raise RuleViolation(Finding(text, "ContactPersonId"))
        contradictions = complete_country(context, changes, current, BLOCKS)
        _require([*contradictions, *_findings(context, {**current, **changes})])
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """The party bears the person's name."""
        fields = {name: row[field] for field, name in _PARTY_FIELDS.items() if field in row}
        keep_party(context, row["ContactPersonPartyNumber"], PERSON, fields)


def _findings(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    for field, label in _REQUIRED.items():
        if not values.get(field):
            yield Finding(f"Field '{label}' must be filled in.", field)
    yield from _associated(context, values)
    yield from check_party(context, values.get("ContactPersonPartyNumber", ""), PERSON, "ContactPersonPartyNumber")
    yield from check_addresses(context, values, BLOCKS)


def _associated(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    kind, number = values.get("AssociatedContactType", CUSTOMER), values.get("AssociatedContactNumber", "")
    if kind != CUSTOMER:
        yield Finding(
            f"Contact persons for '{kind}' are not supported here, only for '{CUSTOMER}'.", "AssociatedContactType"
        )
    elif number and not referenced(context, "CustomersV3", number):
        yield not_found(number, "Contact for", "Customers", "AssociatedContactNumber")


def _id_taken(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    number = values.get("ContactPersonId", "")
    context.transaction.index(SYSTEM, ENTITY_SET, "ContactPersonId")
    same = context.transaction.find(
        SYSTEM,
        ENTITY_SET,
        lambda row: str(row.values["dataAreaId"]).casefold() == context.company,
        Page(equal=("ContactPersonId", number)),
    )
    if number and next(same, None) is not None:
        yield Finding(f"Cannot create a record in Contacts. Contact: {number}.\nThe record already exists.")


def _require(findings: list[Finding]) -> None:
    if findings:
        raise RuleViolation(*findings)
