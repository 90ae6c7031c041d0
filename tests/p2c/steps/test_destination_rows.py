from __future__ import annotations

from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.steps.destination_rows import DestinationRows

PERSON = {
    "dataAreaId": "usmf",
    "ContactPersonPartyNumber": "CON-1",
    "AssociatedContactType": "Customer",
    "LastName": "Beebe",
}
PERSONS = ("US-001", "US-003")


def test_rows_are_read_by_a_key_of_one_field(steps):
    rows = DestinationRows(ACCOUNTS, steps.finance_operations, ("OrganizationName",), "usmf")
    assert list(rows.read(["us-001", "no such", "us-001"])) == ["us-001"]


def test_rows_are_read_and_written_by_a_key_of_several_fields(steps):
    people = [PERSON | {"AssociatedContactNumber": number, "ContactPersonId": number} for number in PERSONS]
    steps.sandbox.put_rows("finance_operations", "CDSContactPersonsV2", *people)
    rows = DestinationRows(CONTACTS, steps.finance_operations, ("LastName",), "usmf")
    keys = ["CON-1|Customer|us-001", "CON-1|Customer|US-003", "CON-1|Customer|US-007", "*|Customer|US-001"]
    assert sorted(rows.read(keys)) == ["con-1|customer|us-001", "con-1|customer|us-003"]
    change = rows.operation("update", "CON-1|Customer|US-003", {"LastName": "Bebe"}, 7, None, {})
    (result,) = rows.write([change], lambda: None)
    assert (result.outcome, result.operation.reference) == ("done", 7)
    assert rows.read(keys)["con-1|customer|us-003"]["LastName"] == "Bebe"


def test_key_fields_are_not_among_the_values_of_a_write(steps):
    rows = DestinationRows(CONTACTS, steps.finance_operations, (), "usmf")
    values = {"ContactPersonPartyNumber": "CON-1", "AssociatedContactNumber": "US-001", "LastName": "Beebe"}
    operation = rows.operation("create", "CON-1|Customer|US-001", values, 0, None, {})
    assert operation.values == {"LastName": "Beebe"}
    assert operation.key == {
        "ContactPersonPartyNumber": "CON-1",
        "AssociatedContactType": "Customer",
        "AssociatedContactNumber": "US-001",
    }
