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
    ValueMap,
    WritePolicy,
)

ACCOUNT = CdsEntity(
    name="Account",
    key="AccountId",
    fields=(
        CdsField("AccountId", length=20, required=True),
        CdsField("Name", length=160, required=True),
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


def _address_to_cds(source: str, target: str) -> tuple[Pair, ...]:
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
    return tuple(Pair(f"{source}_{column}", f"{target}_{name}") for column, name in columns.items())


def _address_to_destination(source: str, target: str) -> tuple[Pair, ...]:
    country = f"{target}CountryRegionISOCode"
    state = Reference(
        "AddressStates",
        "State",
        along=(Along(country, "CountryRegionId", through=COUNTRY_OF_ISO_CODE),),
        company=False,
    )
    lines = tuple(f"{source}_AddressLine{number}" for number in (1, 2, 3))
    return (
        Pair(f"{source}_Country", country, (ValueMap("country"), SiteDefault()), reference=COUNTRY),
        Pair(lines, f"{target}Street", (Join("\n"),)),
        Pair(f"{source}_City", f"{target}City"),
        Pair(f"{source}_State", f"{target}State", (ValueMap("state", per=country, unmapped="keep"),), reference=state),
        Pair(f"{source}_County", f"{target}County"),
        Pair(f"{source}_PostalCode", f"{target}ZipCode"),
    )


def _address_block(name: str, target: str, carried: tuple[str, ...] = ()) -> Block:
    return Block(
        name,
        content=tuple(f"{target}{part}" for part in ("Street", "City", "State", "County", "ZipCode")),
        lead=(f"{target}CountryRegionISOCode",),
        carried=(f"{target}Description", *carried),
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
    destination=Destination(
        system="finance_operations",
        entity_set="CustomersV3",
        key="CustomerAccount",
        company="dataAreaId",
        maintained=("IsExternallyMaintained", "Yes"),
        number_sequence="Customer account (Accounts receivable parameters > Number sequences)",
        lanes=2,
    ),
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
        *_address_to_cds("address1", "PrimaryAddress"),
        *_address_to_cds("address2", "InvoiceAddress"),
    ),
    cds_to_destination=(
        Pair("AccountId", "CustomerAccount"),
        Pair("Name", "OrganizationName"),
        Pair(None, "PartyType", (Constant("Organization"),), write=WritePolicy.ON_CREATE),
        Pair(None, "IsExternallyMaintained", (Constant("Yes"),)),
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
        Pair("Phone", "PrimaryContactPhone"),
        Pair("Email", "PrimaryContactEmail"),
        Pair("Fax", "PrimaryContactFax"),
        Pair("WebsiteUrl", "PrimaryContactURL"),
        Pair("Description", "SalesMemo", length=LengthPolicy.TRUNCATE),
        Pair("NumberOfEmployees", "OrganizationNumberOfEmployees"),
        Pair("CreditLimit", "CreditLimit", enabled=False),
        *_address_to_destination("PrimaryAddress", "Address"),
        Pair(None, "AddressDescription", (Constant("Business"),)),
        Pair(None, "AddressLocationRoles", (Constant("Business;Delivery"),)),
        *_address_to_destination("InvoiceAddress", "InvoiceAddress"),
        Pair(None, "InvoiceAddressDescription", (Constant("Invoice"),)),
    ),
    scope=(
        Condition("statecode", "the account is inactive in Sales", values=("0",)),
        Condition("accountnumber", "the account has no account number in Sales"),
    ),
    blocks=(
        _address_block("primary address", "Address", carried=("AddressLocationRoles",)),
        _address_block("invoice address", "InvoiceAddress"),
    ),
    left_actions={"hold": {"OnHoldStatus": "All"}},
)
