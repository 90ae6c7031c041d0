"""Accounts to customers: Sales accounts > CDS Account > F&O CustomersV3.

Field pairs: Microsoft docs, "Synchronize accounts directly from Sales to customers in Supply Chain Management" (key,
defaults) and the dual-write mapping reference for accounts (out-of-box fields).
"""

from __future__ import annotations

from p2c.flow import (
    Along,
    Block,
    CdsEntity,
    CdsField,
    Condition,
    Constant,
    Destination,
    Flow,
    Join,
    LengthPolicy,
    Pair,
    Reference,
    SiteDefault,
    Source,
    Through,
    Transform,
    ValueMap,
    WritePolicy,
)

ACCOUNT = CdsEntity(
    name="Account",
    key="AccountId",
    fields=(
        CdsField("AccountId", length=20, required=True),
        CdsField("Name", length=160, required=True),
        CdsField("FirstName", length=50),
        CdsField("MiddleName", length=50),
        CdsField("LastName", length=50),
        CdsField("JobTitle", length=100),
        CdsField("Gender", "integer"),
        CdsField("MaritalStatus", "integer"),
        CdsField("Status", "integer", required=True),
        CdsField("CurrencyCode", length=5),
        CdsField("Phone", length=50),
        CdsField("Email", length=100),
        CdsField("Fax", length=50),
        CdsField("WebsiteUrl", length=200),
        CdsField("Description", length=2000),
        CdsField("NumberOfEmployees", "integer"),
        CdsField("CreditLimit", "decimal", scale=4),
        CdsField("PrimaryAddress_AddressLine1", length=250),
        CdsField("PrimaryAddress_AddressLine2", length=250),
        CdsField("PrimaryAddress_AddressLine3", length=250),
        CdsField("PrimaryAddress_City", length=80),
        CdsField("PrimaryAddress_State", length=50),
        CdsField("PrimaryAddress_County", length=50),
        CdsField("PrimaryAddress_PostalCode", length=20),
        CdsField("PrimaryAddress_Country", length=80),
        CdsField("InvoiceAddress_AddressLine1", length=250),
        CdsField("InvoiceAddress_AddressLine2", length=250),
        CdsField("InvoiceAddress_AddressLine3", length=250),
        CdsField("InvoiceAddress_City", length=80),
        CdsField("InvoiceAddress_State", length=50),
        CdsField("InvoiceAddress_County", length=50),
        CdsField("InvoiceAddress_PostalCode", length=20),
        CdsField("InvoiceAddress_Country", length=80),
    ),
)

COUNTRY = Reference("AddressCountryRegions", "ISOcode", company=False)
COUNTRY_OF_ISO_CODE = Through("AddressCountryRegions", match="ISOcode", result="CountryRegion")


def address_to_cds(source: str, target: str, *transforms: Transform, county: bool = True) -> tuple[Pair, ...]:
    """The pairs from an address of a Sales row to the CDS, with a ``county`` if it has one."""
    columns = {
        "line1": "AddressLine1",
        "line2": "AddressLine2",
        "line3": "AddressLine3",
        "city": "City",
        "stateorprovince": "State",
        "county": "County",
        "postalcode": "PostalCode",
        "country": "Country",
    }
    return tuple(
        Pair(f"{source}_{column}", f"{target}_{name}", transforms)
        for column, name in columns.items()
        if county or column != "county"
    )


def address_to_destination(source: str, target: str, state: str = "State", county: str = "County") -> tuple[Pair, ...]:
    """The pairs from an address of the CDS to F&O, which names ``state`` and ``county`` differently per entity.

    An address without a county has no name for it.
    """
    country = f"{target}CountryRegionISOCode"
    of_country = Along(country, "CountryRegionId", through=COUNTRY_OF_ISO_CODE)
    known_state = Reference("AddressStates", "State", along=(of_country,), company=False)
    of_state = Along(f"{target}{state}", "StateId")
    known_county = Reference("AddressCounties", "CountyId", along=(of_country, of_state), company=False)
    lines = tuple(f"{source}_AddressLine{number}" for number in (1, 2, 3))
    return (
        Pair(f"{source}_Country", country, (ValueMap("country"), SiteDefault()), reference=COUNTRY),
        Pair(lines, f"{target}Street", (Join("\n"),)),
        Pair(f"{source}_City", f"{target}City"),
        Pair(
            f"{source}_State",
            f"{target}{state}",
            (ValueMap("state", per=country, unmapped="keep"),),
            reference=known_state,
        ),
        *([Pair(f"{source}_County", f"{target}{county}", reference=known_county)] if county else []),
        Pair(f"{source}_PostalCode", f"{target}ZipCode"),
    )


def address_block(
    name: str, target: str, carried: tuple[str, ...] = (), state: str = "State", county: str = "County"
) -> Block:
    """An address is written whole or not at all."""
    return Block(
        name,
        content=tuple(f"{target}{part}" for part in ("Street", "City", state, county, "ZipCode") if part),
        lead=(f"{target}CountryRegionISOCode",),
        carried=(f"{target}Description", *carried),
    )


CUSTOMERS = Destination(
    system="finance_operations",
    entity_set="CustomersV3",
    key="CustomerAccount",
    company="dataAreaId",
    maintained=("IsExternallyMaintained", "Yes"),
    number_sequence="Customer account (Accounts receivable parameters > Number sequences)",
    lanes=2,
)

#: What finance keeps of a customer once it is created.
CUSTOMER_DEFAULTS = (
    Pair(
        None,
        "CustomerGroupId",
        (SiteDefault(),),
        write=WritePolicy.ON_CREATE,
        reference=Reference("CustomerGroups", "CustomerGroupId"),
    ),
    Pair(
        None,
        "SiteId",
        (SiteDefault(),),
        write=WritePolicy.ON_CREATE,
        reference=Reference("OperationalSites", "SiteId"),
    ),
    Pair(
        None,
        "WarehouseId",
        (SiteDefault(),),
        write=WritePolicy.ON_CREATE,
        reference=Reference("Warehouses", "WarehouseId", along=(Along("SiteId", "OperationalSiteId"),)),
    ),
    Pair(
        None,
        "LanguageId",
        (SiteDefault(),),
        write=WritePolicy.ON_CREATE,
        reference=Reference("LanguageCodes", "LanguageCodeId", company=False),
    ),
    Pair(
        "CurrencyCode",
        "SalesCurrencyCode",
        (SiteDefault(),),
        write=WritePolicy.ON_CREATE,
        reference=Reference("Currencies", "CurrencyCode", company=False),
    ),
)

ACCOUNTS = Flow(
    name="accounts",
    title="Accounts to customers",
    description="Accounts are mastered in Dynamics 365 Sales and become customers in Finance and Operations.",
    source=Source(
        system="sales",
        entity_set="accounts",
        id="accountid",
        key="accountnumber",
        version="versionnumber",
        modified="modifiedon",
        business_unit="_owningbusinessunit_value",
    ),
    cds=ACCOUNT,
    destination=CUSTOMERS,
    source_to_cds=(
        Pair("accountnumber", "AccountId"),
        Pair("name", "Name"),
        Pair("statecode", "Status"),
        Pair("transactioncurrencyid.isocurrencycode", "CurrencyCode"),
        Pair("telephone1", "Phone"),
        Pair("emailaddress1", "Email"),
        Pair("fax", "Fax"),
        Pair("websiteurl", "WebsiteUrl"),
        Pair("description", "Description"),
        Pair("numberofemployees", "NumberOfEmployees"),
        Pair("creditlimit", "CreditLimit"),
        *address_to_cds("address1", "PrimaryAddress"),
        *address_to_cds("address2", "InvoiceAddress"),
    ),
    cds_to_destination=(
        Pair("AccountId", "CustomerAccount"),
        Pair("Name", "OrganizationName"),
        Pair(None, "PartyType", (Constant("Organization"),), write=WritePolicy.ON_CREATE),
        Pair(None, "IsExternallyMaintained", (Constant("Yes"),)),
        *CUSTOMER_DEFAULTS,
        Pair("Phone", "PrimaryContactPhone"),
        Pair("Email", "PrimaryContactEmail"),
        Pair("Fax", "PrimaryContactFax"),
        Pair("WebsiteUrl", "PrimaryContactURL"),
        Pair("Description", "SalesMemo", length=LengthPolicy.TRUNCATE),
        Pair("NumberOfEmployees", "OrganizationNumberOfEmployees"),
        Pair("CreditLimit", "CreditLimit", enabled=False),
        *address_to_destination("PrimaryAddress", "Address"),
        Pair(None, "AddressDescription", (Constant("Business"),)),
        Pair(None, "AddressLocationRoles", (Constant("Business;Delivery"),)),
        *address_to_destination("InvoiceAddress", "InvoiceAddress"),
        Pair(None, "InvoiceAddressDescription", (Constant("Invoice"),)),
    ),
    scope=(
        Condition("statecode", "the account is inactive in Sales", values=("0",)),
        Condition("accountnumber", "the account has no account number in Sales"),
    ),
    blocks=(
        address_block("primary address", "Address", carried=("AddressLocationRoles",)),
        address_block("invoice address", "InvoiceAddress"),
    ),
    left_actions={"hold": {"OnHoldStatus": "All"}},
)
