"""Contacts, both ways they can go: to contact persons of a customer, or to customers of their own.

Field pairs: Microsoft docs, "Synchronize contacts directly from Sales to contacts or customers in Supply Chain
Management", and the dual-write mapping reference for contacts. Two columns come from Microsoft's Prospect to cash
solution; their names are unconfirmed.
"""

from __future__ import annotations

from p2c.flow import (
    CdsEntity,
    CdsField,
    Condition,
    Constant,
    Destination,
    Flow,
    Follow,
    LengthPolicy,
    Pair,
    Parent,
    Referenced,
    Source,
    ValueMap,
    WritePolicy,
)
from p2c.flows.accounts import (
    ACCOUNT,
    CUSTOMER_DEFAULTS,
    CUSTOMERS,
    address_block,
    address_to_cds,
    address_to_destination,
)

CONTACT_NUMBER = "msdynce_contactnumber"
ACTIVE_CUSTOMER = "msdynce_isactivecustomer"

CONTACT = CdsEntity(
    name="Contact",
    key="ContactId",
    fields=(
        CdsField("ContactId", length=40, required=True),
        CdsField("AccountId", length=20),
        CdsField("FirstName", length=50),
        CdsField("MiddleName", length=50),
        CdsField("LastName", length=50, required=True),
        CdsField("Status", "integer", required=True),
        CdsField("JobTitle", length=100),
        CdsField("Department", length=100),
        CdsField("Email", length=100),
        CdsField("Phone", length=50),
        CdsField("Fax", length=50),
        CdsField("WebsiteUrl", length=200),
        CdsField("DoNotEmail", "boolean"),
        CdsField("Description", length=2000),
        CdsField("Gender", "integer"),
        CdsField("MaritalStatus", "integer"),
        CdsField("SpouseName", length=100),
        CdsField("GovernmentId", length=50),
        CdsField("AccountRole", "integer"),
        CdsField("PrimaryAddress_AddressLine1", length=250),
        CdsField("PrimaryAddress_AddressLine2", length=250),
        CdsField("PrimaryAddress_AddressLine3", length=250),
        CdsField("PrimaryAddress_City", length=80),
        CdsField("PrimaryAddress_State", length=50),
        CdsField("PrimaryAddress_County", length=50),
        CdsField("PrimaryAddress_PostalCode", length=20),
        CdsField("PrimaryAddress_Country", length=80),
    ),
)

#: A contact belongs where its company does; one without an account, where its owner does.
SOURCE = Source(
    system="sales",
    entity_set="contacts",
    id="contactid",
    key=CONTACT_NUMBER,
    version="versionnumber",
    modified="modifiedon",
    business_unit=("parentcustomerid_account._owningbusinessunit_value", "_owningbusinessunit_value"),
    follows=(Follow("accounts", "parentcustomerid_account"),),
    derived=(Referenced(ACTIVE_CUSTOMER, ("quotes", "salesorders", "invoices"), "_customerid_value", "modifiedon"),),
)

IN_USE = (
    Condition("statecode", "the contact is inactive in Sales", values=("0",)),
    Condition(CONTACT_NUMBER, "the contact has no contact number in Sales"),
)

GENDER = ValueMap("gender", entries=(("1", "Male"), ("2", "Female")))
MARITAL_STATUS = ValueMap(
    "marital_status", entries=(("1", "Single"), ("2", "Married"), ("3", "Divorced"), ("4", "Widowhood"))
)
INACTIVE = ValueMap("contact_inactive", entries=(("0", "No"), ("1", "Yes")))
DIRECT_MAIL = ValueMap("direct_mail", entries=(("true", "No"), ("false", "Yes")))

#: What both flows read of a person. Gender and marital status are private: their pairs to F&O are off by default.
PERSON_TO_CDS = (
    Pair("firstname", "FirstName"),
    Pair("middlename", "MiddleName"),
    Pair("lastname", "LastName"),
    Pair("statecode", "Status"),
    Pair("jobtitle", "JobTitle"),
    Pair("emailaddress1", "Email"),
    Pair("telephone1", "Phone"),
    Pair("fax", "Fax"),
    Pair("websiteurl", "WebsiteUrl"),
    Pair("description", "Description"),
    Pair("gendercode", "Gender", enabled=False),
    Pair("familystatuscode", "MaritalStatus", enabled=False),
    *address_to_cds("address1", "PrimaryAddress"),
)

CONTACTS = Flow(
    name="contacts",
    title="Contacts to contacts",
    description="Contacts of accounts are mastered in Dynamics 365 Sales and become contact persons of a customer.",
    source=SOURCE,
    cds=CONTACT,
    destination=Destination(
        system="finance_operations",
        entity_set="CDSContactPersonsV2",
        key="ContactPersonPartyNumber",
        key_with=("AssociatedContactType", "AssociatedContactNumber"),
        company="dataAreaId",
        maintained=("IsContactPersonExternallyMaintained", "Yes"),
        number_sequence="Party number (Global address book parameters > Number sequences)",
        lanes=4,
    ),
    source_to_cds=(
        Pair(CONTACT_NUMBER, "ContactId"),
        Pair("parentcustomerid_account.accountnumber", "AccountId"),
        *PERSON_TO_CDS,
        Pair("department", "Department"),
        Pair("donotemail", "DoNotEmail"),
        Pair("accountrolecode", "AccountRole", enabled=False),
        Pair("spousesname", "SpouseName", enabled=False),
        Pair("governmentid", "GovernmentId", enabled=False),
    ),
    cds_to_destination=(
        Pair("ContactId", "ContactPersonPartyNumber"),
        Pair(None, "AssociatedContactType", (Constant("Customer"),), write=WritePolicy.ON_CREATE),
        Pair("AccountId", "AssociatedContactNumber"),
        Pair(None, "IsContactPersonExternallyMaintained", (Constant("Yes"),)),
        Pair("FirstName", "FirstName"),
        Pair("MiddleName", "MiddleName"),
        Pair("LastName", "LastName"),
        Pair("Status", "IsInactive", (INACTIVE,)),
        Pair("JobTitle", "EmploymentProfession"),
        Pair("Department", "EmploymentDepartment"),
        Pair("Email", "PrimaryEmailAddress"),
        Pair("Phone", "PrimaryPhoneNumber"),
        Pair("Fax", "PrimaryFaxNumber"),
        Pair("WebsiteUrl", "PrimaryURL"),
        Pair("DoNotEmail", "IsReceivingDirectMail", (DIRECT_MAIL,)),
        Pair("Description", "Notes", length=LengthPolicy.TRUNCATE),
        Pair("AccountRole", "DecisionMakingRoleCode", (ValueMap("decision_making_role"),), enabled=False),
        Pair("Gender", "Gender", (GENDER,), enabled=False),
        Pair("MaritalStatus", "MaritalStatus", (MARITAL_STATUS,), enabled=False),
        Pair("SpouseName", "SpouseName", enabled=False),
        Pair("GovernmentId", "GovernmentIdentificationNumber", enabled=False),
        *address_to_destination("PrimaryAddress", "PrimaryAddress", state="StateId", county="CountyId"),
        Pair(None, "PrimaryAddressDescription", (Constant("Business"),)),
        Pair(None, "PrimaryAddressLocationRoles", (Constant("Business"),)),
    ),
    scope=(
        *IN_USE,
        Condition(ACTIVE_CUSTOMER, "an active customer goes to customers", values=("false", "")),
        Condition("_parentcustomerid_value", "the contact has no company in Sales"),
        Condition("parentcustomerid_account.accountid", "its company is a contact, not an account"),
    ),
    blocks=(
        address_block(
            "primary address",
            "PrimaryAddress",
            carried=("PrimaryAddressLocationRoles",),
            state="StateId",
            county="CountyId",
        ),
    ),
    left_actions={"deactivate": {"IsInactive": "Yes"}},
    moved_action="deactivate",
    parents=(
        Parent(
            flow="accounts",
            id="parentcustomerid_account.accountid",
            target="AssociatedContactNumber",
            entity_set=CUSTOMERS.entity_set,
            key=CUSTOMERS.key,
        ),
    ),
)

CONTACTS_TO_CUSTOMERS = Flow(
    name="contacts_to_customers",
    title="Contacts to customers",
    description="Contacts that are customer of a quote, order or invoice in Dynamics 365 Sales become customers.",
    source=SOURCE,
    cds=ACCOUNT,
    destination=CUSTOMERS,
    source_to_cds=(
        Pair(CONTACT_NUMBER, "AccountId"),
        Pair("fullname", "Name"),
        *PERSON_TO_CDS,
        Pair("transactioncurrencyid.isocurrencycode", "CurrencyCode"),
    ),
    cds_to_destination=(
        Pair("AccountId", "CustomerAccount"),
        Pair(None, "PartyType", (Constant("Person"),), write=WritePolicy.ON_CREATE),
        Pair("AccountId", "PartyNumber", write=WritePolicy.ON_CREATE),
        Pair("FirstName", "PersonFirstName"),
        Pair("MiddleName", "PersonMiddleName"),
        Pair("LastName", "PersonLastName", required=True),
        Pair("JobTitle", "PersonProfessionalTitle"),
        Pair("Gender", "PersonGender", (GENDER,), enabled=False),
        Pair("MaritalStatus", "PersonMaritalStatus", (MARITAL_STATUS,), enabled=False),
        Pair(None, "IsExternallyMaintained", (Constant("Yes"),)),
        *CUSTOMER_DEFAULTS,
        Pair("Phone", "PrimaryContactPhone"),
        Pair("Email", "PrimaryContactEmail"),
        Pair("Fax", "PrimaryContactFax"),
        Pair("WebsiteUrl", "PrimaryContactURL"),
        Pair("Description", "SalesMemo", length=LengthPolicy.TRUNCATE),
        *address_to_destination("PrimaryAddress", "Address"),
        Pair(None, "AddressDescription", (Constant("Business"),)),
        Pair(None, "AddressLocationRoles", (Constant("Business"),)),
    ),
    scope=(
        *IN_USE,
        Condition(ACTIVE_CUSTOMER, "it is not an active customer: no quote, order or invoice", values=("true",)),
    ),
    blocks=(address_block("primary address", "Address", carried=("AddressLocationRoles",)),),
    left_actions={"hold": {"OnHoldStatus": "All"}},
)
