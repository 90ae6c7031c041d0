"""Contacts through all four steps, both ways they can go."""

from __future__ import annotations

from fixtures.contacts import Contacts, only
from fixtures.steps import site_document

from p2c.flows.contacts import CONTACTS, CONTACTS_TO_CUSTOMERS
from p2c.ledger import Outcome

ADDRESS = {
    "address1_line1": "1 Main St",
    "address1_city": "Redmond",
    "address1_stateorprovince": "Washington",
    "address1_postalcode": "98052",
    "address1_country": "USA",
}


def test_a_contact_of_an_account_becomes_a_contact_person_of_its_customer(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002", jobtitle="Buyer", department="Purchasing", donotemail=True, **ADDRESS)
    landed.run("contacts", "first")
    assert landed.outcome("first", contact).outcome is Outcome.CREATED
    person = landed.persons()["CON-1", "US-002"]
    assert (person["dataAreaId"], person["AssociatedContactType"]) == ("usmf", "Customer")
    assert (person["FirstName"], person["LastName"]) == ("Ann", "Beebe")
    assert (person["EmploymentProfession"], person["EmploymentDepartment"]) == ("Buyer", "Purchasing")
    assert (person["IsContactPersonExternallyMaintained"], person["IsInactive"]) == ("Yes", "No")
    assert person["IsReceivingDirectMail"] == "No"
    assert (person["PrimaryAddressStateId"], person["PrimaryAddressCountryRegionISOCode"]) == ("WA", "US")


def test_a_second_run_writes_nothing(landed: Contacts) -> None:
    landed.add("CON-1", "US-002", **ADDRESS)
    landed.add("CON-2", "US-005", msdynce_isactivecustomer=True, **ADDRESS)
    for flow in ("contacts", "contacts_to_customers"):
        landed.run(flow, "first")
    before = landed.steps.sandbox.effects(system="finance_operations")
    for flow in ("contacts", "contacts_to_customers"):
        counts = landed.run(flow, "second", full=True)
        assert "created" not in counts
        assert "updated" not in counts
    assert landed.steps.sandbox.effects(system="finance_operations") == before


def test_an_update_sends_the_changed_field_only(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.change(contact, jobtitle="Buyer")
    landed.run("contacts", "second")
    assert landed.outcome("second", contact).changed_fields == ("EmploymentProfession",)
    assert landed.persons()["CON-1", "US-002"]["EmploymentProfession"] == "Buyer"


def test_a_contact_of_a_contact_is_skipped_with_the_reason(landed: Contacts) -> None:
    manager = landed.add("CON-1", "US-002")
    bind = {"parentcustomerid_contact@odata.bind": f"/contacts({manager})"}
    usa = next(r for r in landed.steps.sandbox.rows("sales", "businessunits") if r["name"] == "Contoso USA")
    contact = landed.add("CON-2", **bind)
    landed.steps.rewrite("sales", "contacts", landed.of_sales(contact), _owningbusinessunit_value=usa["businessunitid"])
    landed.run("contacts", "first")
    skipped = landed.outcome("first", contact)
    assert skipped.outcome is Outcome.SKIPPED
    assert only(skipped).text == "Out of scope: its company is a contact, not an account."


def test_a_contact_follows_the_organization_of_its_account_not_its_owner(landed: Contacts) -> None:
    contact = landed.add("CON-1", "DE-012")
    landed.run("contacts", "first")
    skipped = landed.outcome("first", contact)
    assert (skipped.outcome, only(skipped).code) == (Outcome.SKIPPED, "not_selected")
    assert only(skipped).value == "Contoso Germany"


def test_an_active_customer_becomes_a_customer_that_is_a_person(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002", msdynce_isactivecustomer=True, jobtitle="Dr.", **ADDRESS)
    landed.run("contacts", "first")
    assert landed.outcome("first", contact).outcome is Outcome.SKIPPED
    landed.run("contacts_to_customers", "first")
    customer = landed.steps.customers()["CON-1"]
    assert (customer["PartyType"], customer["PartyNumber"]) == ("Person", "CON-1")
    assert (customer["PersonFirstName"], customer["PersonLastName"]) == ("Ann", "Beebe")
    assert (customer["CustomerGroupId"], customer["IsExternallyMaintained"]) == ("10", "Yes")
    cds = landed.steps.cds.get(CONTACTS_TO_CUSTOMERS.cds, "contacts_to_customers", "usmf", [contact])[contact]
    assert (cds.origin, cds.values["Name"]) == ("contacts", "Ann Beebe")


def test_a_customer_that_is_a_person_needs_a_last_name(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002", msdynce_isactivecustomer=True, lastname=None)
    landed.run("contacts_to_customers", "first")
    rejected = landed.outcome("first", contact, "contacts_to_customers")
    assert (rejected.outcome, only(rejected).code, only(rejected).field) == (Outcome.REJECTED, "required", "lastname")


def test_a_changed_contact_number_is_rejected_naming_both(landed: Contacts) -> None:
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    landed.change(contact, msdynce_contactnumber="CON-9")
    landed.run("contacts", "second")
    rejected = landed.outcome("second", contact)
    assert (rejected.outcome, only(rejected).code) == (Outcome.REJECTED, "key_changed")
    assert "CON-1" in only(rejected).text
    assert "CON-9" in only(rejected).text


def test_two_contacts_with_one_number_are_both_rejected(landed: Contacts) -> None:
    first, second = landed.add("CON-1", "US-002"), landed.add("CON-1", "US-005")
    landed.run("contacts", "first")
    assert {landed.outcome("first", contact).reasons[0].code for contact in (first, second)} == {"duplicate_key"}


def test_a_number_that_a_landed_contact_has_is_refused_to_another(landed: Contacts) -> None:
    landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    twin = landed.add("CON-1", "US-005")
    landed.run("contacts", "second", keys=())
    assert landed.outcome("second", twin).reasons[0].code == "duplicate_key"


def test_a_contact_person_made_by_hand_is_not_taken_over(landed: Contacts) -> None:
    person = {
        "dataAreaId": "usmf",
        "ContactPersonPartyNumber": "CON-1",
        "AssociatedContactType": "Customer",
        "AssociatedContactNumber": "US-002",
        "LastName": "Made by hand",
    }
    landed.steps.sandbox.finance_operations.post("CDSContactPersonsV2", json=person).raise_for_status()
    contact = landed.add("CON-1", "US-002")
    landed.run("contacts", "first")
    assert only(landed.outcome("first", contact)).code == "not_ours"
    landed.run("contacts", "second", full=True, adopt=True)
    assert landed.outcome("second", contact).outcome is Outcome.UPDATED


def test_private_fields_are_not_read_unless_a_site_switches_them_on(landed: Contacts) -> None:
    private = {"gendercode", "familystatuscode", "spousesname", "governmentid"}
    assert private.isdisjoint(landed.steps.site.applied_to(CONTACTS).source_fields())
    landed.site(flows={"contacts": {"fields": {"Gender": {"enabled": True}}}})
    landed.add("CON-1", "US-002", gendercode=2)
    landed.run("contacts", "first")
    assert landed.persons()["CON-1", "US-002"]["Gender"] == "Female"


def test_the_selection_of_accounts_holds_for_their_contacts(landed: Contacts) -> None:
    document = site_document()["organizations"]["usmf"]
    choice = {"accounts": [{"field": "accountnumber", "values": ["US-005"]}]}
    landed.steps.set_site(
        organizations={
            "usmf": document
            | {"select": choice, "defaults": {"contacts": {"PrimaryAddressCountryRegionISOCode": "US"}}}
        }
    )
    other, chosen = landed.add("CON-1", "US-002"), landed.add("CON-2", "US-005")
    landed.run("contacts", "first")
    assert landed.outcome("first", other).outcome is Outcome.SKIPPED
    assert landed.outcome("first", chosen).outcome is Outcome.CREATED


def test_without_the_solution_who_is_customer_of_a_quote_is_an_active_customer(landed: Contacts) -> None:
    landed.site(sales_solution="none", solution_fields={"msdynce_contactnumber": "employeeid"})
    person = landed.add(None, "US-002", employeeid="P-1")
    buyer = landed.add(None, "US-002", employeeid="P-2")
    landed.quote(buyer)
    landed.run("contacts", "first")
    landed.run("contacts_to_customers", "first")
    assert landed.outcome("first", person).outcome is Outcome.CREATED
    assert landed.outcome("first", buyer).outcome is Outcome.SKIPPED
    assert landed.outcome("first", buyer, "contacts_to_customers").outcome is Outcome.CREATED


def test_without_the_solution_a_contact_is_read_again_when_a_quote_is_made_for_it(landed: Contacts) -> None:
    landed.site(sales_solution="none", solution_fields={"msdynce_contactnumber": "employeeid"})
    person = landed.add(None, "US-002", employeeid="P-1")
    landed.run("contacts", "first")
    landed.steps.let_pass(3600)
    landed.run("contacts", "within the overlap of windows")
    landed.steps.let_pass(3600)
    landed.quote(person)
    landed.run("contacts", "third")
    assert landed.outcome("third", person).outcome is Outcome.LEFT


def test_a_field_of_the_solution_may_have_another_name(landed: Contacts) -> None:
    landed.site(solution_fields={"msdynce_contactnumber": "employeeid"})
    contact = landed.add(None, "US-002", employeeid="P-7")
    landed.run("contacts", "first")
    assert landed.outcome("first", contact).outcome is Outcome.CREATED
    assert ("P-7", "US-002") in landed.persons()
