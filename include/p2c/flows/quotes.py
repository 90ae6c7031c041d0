"""Quotes with their lines: Sales quotes > CDS Quotation > F&O CDSSalesQuotationHeaders; lines in `quote_lines`.

Field pairs: Microsoft's Prospect to cash template for quotes of July 2017 (both hops), and the docs "Synchronize sales
quotation headers and lines directly from Sales". The address stands as dual-write has it: line 1 is the street. Never
sent are totals, the header's discounts, freight and tax: F&O calculates or owns them.
"""

from __future__ import annotations

from p2c.flow import (
    CdsEntity,
    CdsField,
    Computed,
    Condition,
    Constant,
    Destination,
    Expectation,
    FirstFilled,
    Flow,
    Follow,
    LengthPolicy,
    Lines,
    LocalDate,
    Numbering,
    Pair,
    Parent,
    Reference,
    Source,
    WritePolicy,
)
from p2c.flows.accounts import CUSTOMERS
from p2c.flows.delivery import (
    ADDRESS_FIELDS,
    DELIVERY_ADDRESS,
    DELIVERY_TO_DESTINATION,
    ORDER_SPECIFIC,
    SHIP_TO,
    delivery_to_cds,
    has_address,
    requested,
    requested_date,
)
from p2c.flows.line_numbers import quote_line_numbers
from p2c.flows.quote_lines import QUOTE_LINES

QUOTATION = CdsEntity(
    name="Quotation",
    key="QuotationId",
    fields=(
        CdsField("QuotationId", length=100, required=True),
        CdsField("Revision", "integer", required=True),
        CdsField("Account_AccountId", length=20, required=True),
        CdsField("Name", length=300, required=True),
        CdsField("Status", "integer", required=True),
        CdsField("Description", length=2000),
        CdsField("RequestedDeliveryDate", "date"),
        CdsField("EffectiveDate", "date"),
        *ADDRESS_FIELDS,
        CdsField("TotalAmount", "decimal", scale=4),
        CdsField("TotalAmount_CurrencyCode", length=5, required=True),
        CdsField("TotalDiscountAmount", "decimal", scale=4),
        CdsField("DiscountAmount", "decimal", scale=4),
    ),
)

CUSTOMER = "RequestingCustomerAccountNumber"

QUOTES = Flow(
    name="quotes",
    title="Quotes",
    description="Quotes that are active in Dynamics 365 Sales become sales quotations in Finance and Operations.",
    source=Source(
        system="sales",
        entity_set="quotes",
        id="quoteid",
        key="quotenumber",
        version="versionnumber",
        modified="modifiedon",
        business_unit=(
            "customerid_account._owningbusinessunit_value",
            "customerid_contact.parentcustomerid_account._owningbusinessunit_value",
            "customerid_contact._owningbusinessunit_value",
        ),
        follows=(
            Follow("accounts", "customerid_account", when="customerid_account.accountid"),
            Follow("accounts", "customerid_contact.parentcustomerid_account", when="customerid_contact.contactid"),
            Follow("contacts_to_customers", "customerid_contact", when="customerid_contact.contactid"),
        ),
        revision="revisionnumber",
        expects=(
            Expectation(
                "organizations",
                "oobpricecalculationenabled",
                ("true", ""),
                'without "Use system pricing calculation" the amounts of quotes do not follow from their lines.',
            ),
        ),
    ),
    cds=QUOTATION,
    destination=Destination(
        system="finance_operations",
        entity_set="CDSSalesQuotationHeaders",
        key="SalesQuotationNumber",
        company="dataAreaId",
        maintained=("SalesQuotationHeaderCreationMethod", "Dynamics365Sales"),
        number_sequence="Quotation (Accounts receivable parameters > Number sequences)",
        writable=("SalesQuotationStatus", ("Created",)),
        lanes=4,
    ),
    source_to_cds=(
        Pair("quotenumber", "QuotationId"),
        Pair("revisionnumber", "Revision"),
        Pair(
            ("customerid_account.accountnumber", "customerid_contact.msdynce_contactnumber"),
            "Account_AccountId",
            (FirstFilled(),),
        ),
        Pair("name", "Name"),
        Pair("statecode", "Status"),
        Pair("description", "Description"),
        Pair("requestdeliveryby", "RequestedDeliveryDate", (LocalDate(),)),
        Pair(("effectivefrom", "createdon"), "EffectiveDate", (FirstFilled(), LocalDate())),
        *delivery_to_cds(
            Pair(("willcall", *SHIP_TO), ORDER_SPECIFIC, (Computed(has_address),)),
            Pair(
                ("shipto_name", "customerid_account.name", "customerid_contact.fullname"),
                "DeliveryAddress_Name",
                (FirstFilled(),),
            ),
        ),
        Pair("totalamount", "TotalAmount"),
        Pair("transactioncurrencyid.isocurrencycode", "TotalAmount_CurrencyCode"),
        Pair("totaldiscountamount", "TotalDiscountAmount"),
        Pair("discountamount", "DiscountAmount"),
    ),
    cds_to_destination=(
        Pair("QuotationId", "SalesQuotationNumber"),
        Pair("Account_AccountId", CUSTOMER),
        Pair(None, "SalesQuotationHeaderCreationMethod", (Constant("Dynamics365Sales"),)),
        Pair("Name", "SalesQuotationName", length=LengthPolicy.TRUNCATE),
        Pair("Description", "CustomersReference", length=LengthPolicy.TRUNCATE),
        Pair(
            "TotalAmount_CurrencyCode", "CurrencyCode", reference=Reference("Currencies", "CurrencyCode", company=False)
        ),
        requested("RequestedShippingDate", WritePolicy.ALWAYS),
        requested("ReceiptDateRequested", WritePolicy.ON_CREATE),
        *DELIVERY_TO_DESTINATION,
    ),
    scope=(
        Condition("statecode", "the quote is not active in Sales", values=("1",), unless_sent=("2",)),
        Condition("quotenumber", "the quote has no number in Sales"),
        Condition("_customerid_value", "the quote has no customer in Sales"),
        Condition(
            "msdynce_hasexternallymaintainedproductsonly",
            "not all of its products are maintained in F&O",
            values=("true",),
            only_with_solution=True,
        ),
    ),
    blocks=(DELIVERY_ADDRESS,),
    parents=tuple(
        Parent(flow=flow, id=source_id, target=CUSTOMER, entity_set=CUSTOMERS.entity_set, key=CUSTOMERS.key)
        for flow, source_id in (
            ("accounts", "customerid_account.accountid"),
            ("contacts_to_customers", "customerid_contact.contactid"),
        )
    ),
    choices=(requested_date("RequestedShippingDate", "ReceiptDateRequested"),),
    lines=Lines(
        flow=QUOTE_LINES,
        lookup="_quoteid_value",
        kept_for_life=("ProductNumber",),
        numbering=Numbering(quote_line_numbers),
        amounts=("LineAmount", "LineAmount"),
    ),
)
