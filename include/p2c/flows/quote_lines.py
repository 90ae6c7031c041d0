"""Lines of quotes: Sales quotedetails > CDS QuotationLine > F&O CDSSalesQuotationLines. They travel with their quote.

Field pairs: Microsoft's Prospect to cash template for quote lines of July 2017. F&O's site and warehouse default from
the customer unless an organization states others.
"""

from __future__ import annotations

from p2c.flow import (
    BlankPolicy,
    Block,
    CdsEntity,
    CdsField,
    Choice,
    Computed,
    Condition,
    Constant,
    Destination,
    Expectation,
    FirstFilled,
    Flow,
    Join,
    LengthPolicy,
    LocalDate,
    OnlyIf,
    Option,
    Pair,
    Parent,
    Reference,
    SiteDefault,
    Source,
    ValueMap,
    WritePolicy,
)
from p2c.flows.delivery import (
    ADDRESS_FIELDS,
    DELIVERY_ADDRESS,
    DELIVERY_TO_DESTINATION,
    ORDER_SPECIFIC,
    SHIP_TO,
    delivery_to_cds,
    has_own_address,
    requested,
    requested_date,
)
from p2c.flows.line_discounts import (
    amount_before_tax,
    discount_of_line,
    discount_of_units,
    discount_per_unit,
    fixed_charge,
)

QUOTATION_LINE = CdsEntity(
    name="QuotationLine",
    key="Sequence",
    fields=(
        CdsField("Quotation_QuotationId", length=100, required=True),
        CdsField("Sequence", "integer", required=True),
        CdsField("ItemNumber", "integer"),
        CdsField("CreatedOn", "datetime"),
        CdsField("Product_ProductId", length=100, required=True),
        CdsField("ProductName", length=500),
        CdsField("Description", length=2000),
        CdsField("Quantity", "decimal", scale=5, required=True),
        CdsField("Quantity_UOM", length=100, required=True),
        CdsField("Quantity_UOMGroup", length=200, required=True),
        CdsField("UnitPrice", "decimal", scale=6, required=True),
        CdsField("DiscountAmount", "decimal", scale=6),
        CdsField("LineAmount", "decimal", scale=4),
        CdsField("RequestedDeliveryDate", "date"),
        CdsField("EffectiveDate", "date"),
        *ADDRESS_FIELDS,
    ),
)

DISCOUNT_METHOD = ("organizations", "discountcalculationmethod")
DISCOUNT_REASON = "a discount would be taken once per line instead of per unit, or the reverse."

QUOTE_LINES = Flow(
    name="quote_lines",
    title="Quote lines",
    description="The lines of a quote travel with it and become the lines of its quotation.",
    source=Source(
        system="sales",
        entity_set="quotedetails",
        id="quotedetailid",
        key="sequencenumber",
        version="versionnumber",
        modified="modifiedon",
        business_unit="_owningbusinessunit_value",
    ),
    cds=QUOTATION_LINE,
    destination=Destination(
        system="finance_operations",
        entity_set="CDSSalesQuotationLines",
        key="LineCreationSequenceNumber",
        key_with=("SalesQuotationNumber",),
        company="dataAreaId",
        lanes=4,
    ),
    source_to_cds=(
        Pair("sequencenumber", "Sequence"),
        Pair("lineitemnumber", "ItemNumber"),
        Pair("createdon", "CreatedOn"),
        Pair("quoteid.quotenumber", "Quotation_QuotationId"),
        Pair("productid.productnumber", "Product_ProductId"),
        Pair("productid.name", "ProductName"),
        Pair("description", "Description"),
        Pair("quantity", "Quantity"),
        Pair("uomid.uomscheduleid.name", "Quantity_UOMGroup"),
        Pair("uomid.name", "Quantity_UOM"),
        Pair("priceperunit", "UnitPrice"),
        Pair(
            ("manualdiscountamount", "volumediscountamount", "quantity"),
            "DiscountAmount",
            (Computed(discount_of_line),),
        ),
        Pair(("extendedamount", "tax"), "LineAmount", (Computed(amount_before_tax),)),
        Pair(("requestdeliveryby", "quoteid.requestdeliveryby"), "RequestedDeliveryDate", (FirstFilled(), LocalDate())),
        Pair(("quoteid.effectivefrom", "quoteid.createdon"), "EffectiveDate", (FirstFilled(), LocalDate())),
        *delivery_to_cds(
            Pair(
                (
                    *("willcall", "quoteid.willcall", *SHIP_TO, "shipto_country"),
                    *(f"quoteid.{name}" for name in (*SHIP_TO, "shipto_country")),
                ),
                ORDER_SPECIFIC,
                (Computed(has_own_address),),
            ),
            Pair(
                ("shipto_name", "quoteid.shipto_name"), "DeliveryAddress_Name", (FirstFilled(), OnlyIf(ORDER_SPECIFIC))
            ),
        ),
    ),
    cds_to_destination=(
        Pair("Sequence", "LineCreationSequenceNumber"),
        Pair("Quotation_QuotationId", "SalesQuotationNumber"),
        Pair(None, "SalesQuotationLineCreationMethod", (Constant("Dynamics365Sales"),), write=WritePolicy.ON_CREATE),
        Pair("Product_ProductId", "ProductNumber"),
        Pair("ProductName", "ProductName", enabled=False),
        Pair("Description", "LineDescription", blank=BlankPolicy.KEEP, length=LengthPolicy.TRUNCATE),
        Pair("Quantity", "RequestedSalesQuantity"),
        Pair(
            ("Quantity_UOMGroup", "Quantity_UOM"),
            "SalesUnitSymbol",
            (Join("/"), ValueMap("sales_unit")),
            reference=Reference("UnitsOfMeasure", "UnitSymbol", company=False),
        ),
        Pair("UnitPrice", "SalesPrice"),
        Pair(None, "SalesPriceQuantity", (Constant("1"),)),
        Pair("DiscountAmount", "TotalDiscountAmount"),
        Pair(("DiscountAmount", "Quantity"), "LineDiscountAmount", (Computed(discount_per_unit),), enabled=False),
        Pair(("DiscountAmount", "Quantity"), "FixedPriceCharges", (Computed(fixed_charge),), enabled=False),
        Pair(
            None,
            "ShippingSiteId",
            (SiteDefault(required=False),),
            write=WritePolicy.ON_CREATE,
            reference=Reference("OperationalSites", "SiteId"),
        ),
        Pair(
            None,
            "ShippingWarehouseId",
            (SiteDefault(required=False),),
            write=WritePolicy.ON_CREATE,
            reference=Reference("Warehouses", "WarehouseId"),
        ),
        requested("RequestedShippingDate", WritePolicy.ALWAYS),
        requested("RequestedReceiptDate", WritePolicy.ON_CREATE),
        *DELIVERY_TO_DESTINATION,
    ),
    scope=(Condition("isproductoverridden", "a line is a write-in, without a product", values=("false", "")),),
    blocks=(
        Block(
            "amount",
            content=(
                "RequestedSalesQuantity",
                "SalesPrice",
                "SalesPriceQuantity",
                "TotalDiscountAmount",
                "LineDiscountAmount",
                "FixedPriceCharges",
            ),
        ),
        DELIVERY_ADDRESS,
    ),
    parents=(
        Parent(
            flow="",
            id="_productid_value",
            target="ProductNumber",
            entity_set="SellableReleasedProducts",
            key="ProductNumber",
        ),
    ),
    choices=(
        Choice(
            "discount_method",
            "Is a manual discount in Sales that of the whole line or of one unit?",
            "line_item",
            {
                "line_item": Option(expects=(Expectation(*DISCOUNT_METHOD, ("0", ""), DISCOUNT_REASON),)),
                "per_unit": Option(
                    source_to_cds=(
                        Pair(
                            ("manualdiscountamount", "volumediscountamount", "quantity"),
                            "DiscountAmount",
                            (Computed(discount_of_units),),
                        ),
                    ),
                    expects=(Expectation(*DISCOUNT_METHOD, ("1",), DISCOUNT_REASON),),
                ),
            },
        ),
        Choice(
            "discounts",
            "Does F&O get a line's discount as its total, or per unit with the rest in fixed charges?",
            "total",
            {
                "total": Option(),
                "split": Option(
                    cds_to_destination=(
                        Pair("DiscountAmount", "TotalDiscountAmount", enabled=False),
                        Pair(("DiscountAmount", "Quantity"), "LineDiscountAmount", (Computed(discount_per_unit),)),
                        Pair(("DiscountAmount", "Quantity"), "FixedPriceCharges", (Computed(fixed_charge),)),
                    )
                ),
            },
        ),
        requested_date("RequestedShippingDate", "RequestedReceiptDate"),
    ),
)
