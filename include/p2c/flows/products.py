"""Products and their prices: F&O SellableReleasedProducts > CDS Product > Sales products and price list items.

Field pairs: Microsoft docs, "Synchronize products directly from Supply Chain Management to products in Sales", with the
defaults of its template. SellableReleasedProducts lacks the quantity that a price is for; ReleasedProductsV2 has it, by
item number, which CDSReleasedDistinctProducts knows of a variant.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from p2c.flow import (
    REPORT,
    Along,
    CdsEntity,
    CdsField,
    Choice,
    Computed,
    Condition,
    Constant,
    Destination,
    FirstValid,
    Flow,
    Joined,
    LengthPolicy,
    Option,
    Pair,
    Parent,
    Reference,
    SiteDefault,
    Source,
    State,
    Validity,
    ValueMap,
    WritePolicy,
)

DISTINCT = "CDSReleasedDistinctProducts"
RELEASED = "ReleasedProductsV2"
#: Decimal places of an amount in Sales; the list price of a product is shown with two of them.
PRICE_SCALE = 4

PRODUCT = CdsEntity(
    name="Product",
    key="ProductNumber",
    fields=(
        CdsField("ProductNumber", length=70, required=True),
        CdsField("ItemNumber", length=20),
        CdsField("Name", length=1000, required=True),
        CdsField("Description"),
        CdsField("ProductType", required=True),
        CdsField("CurrencyCode", length=5, required=True),
        CdsField("SalesPrice", "decimal", scale=PRICE_SCALE, required=True),
        CdsField("UnitCost", "decimal", scale=PRICE_SCALE),
        CdsField("UnitSymbol", length=10, required=True),
        CdsField("UnitDecimals", "integer"),
        CdsField("IsStocked", "boolean"),
    ),
)

PRODUCT_PRICE = CdsEntity(
    name="ProductPrice",
    key="ProductNumber",
    fields=(
        CdsField("ProductNumber", length=70, required=True),
        CdsField("CurrencyCode", length=5, required=True),
        CdsField("SalesPrice", "decimal", scale=PRICE_SCALE, required=True),
        CdsField("UnitSymbol", length=10, required=True),
    ),
)

SOURCE = Source(
    system="finance_operations",
    entity_set="SellableReleasedProducts",
    id="ProductNumber",
    key="ProductNumber",
    company="dataAreaId",
    joined=(
        Joined(DISTINCT, key="ProductNumber", by="ProductNumber"),
        Joined(RELEASED, key="ItemNumber", by=f"{DISTINCT}.ItemNumber"),
    ),
)

#: The mark of a product that comes from F&O.
MAINTAINED = ("msdynce_ismaintainedexternally", "true")

SELLABLE = (Condition("IsSalesStopped", "it is stopped for sales in F&O", values=("No",)),)


def price_per_unit(price: str | None, quantity: str | None) -> Decimal | None:
    """Divide a price by the quantity it is for; a quotient that Sales cannot hold is a ValueError."""
    divided = _divided(price, quantity)
    if divided is not None and divided != round(divided, PRICE_SCALE):
        raise ValueError(f"{price} per {quantity} does not come to a price of {PRICE_SCALE} decimal places")
    return divided


def price_of_one(price: str | None, quantity: str | None) -> Decimal | None:
    """Take a price that is for one piece; one for any other quantity is a ValueError."""
    if _quantity(quantity) != 1:
        raise ValueError(f"the price is for {quantity}, and this site takes prices per unit only")
    return _divided(price, quantity)


def cost_per_unit(cost: str | None, quantity: str | None) -> Decimal | None:
    """Divide a cost by the quantity it is for, rounded to what Sales holds."""
    return _divided(cost, quantity)


def _divided(amount: str | None, quantity: str | None) -> Decimal | None:
    return None if amount is None else _number(amount) / _quantity(quantity)


def _quantity(text: str | None) -> Decimal:
    """F&O takes a quantity of zero for one."""
    if text is None:
        raise ValueError(
            f"the quantity it is for is unknown, because {DISTINCT} or {RELEASED} lacks the product: run 'Populate "
            "distinct product table' in F&O"
        )
    return _number(text) or Decimal(1)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return number


_PRICE = ("SalesPrice", f"{RELEASED}.SalesPriceQuantity")

PRICE_QUANTITY = Choice(
    name="price_quantity",
    question="What becomes of a price that is for more than one unit: divided by the quantity, or rejected?",
    default="divide",
    options={
        "divide": Option(),
        "reject": Option(source_to_cds=(Pair(_PRICE, "SalesPrice", (Computed(price_of_one),)),)),
    },
)

#: A unit is one of its unit group.
UNIT_GROUP = Reference("uomschedules", "name", company=False)
CURRENCY = Reference("transactioncurrencies", "isocurrencycode", company=False)
#: The price list is one of the currency that is active and within its dates.
PRICE_LIST = Reference(
    "pricelevels",
    "name",
    along=(Along("transactioncurrencyid.isocurrencycode", "transactioncurrencyid.isocurrencycode"),),
    company=False,
    valid=Validity("statecode", "0", begin="begindate", end="enddate"),
)


def unit_of(group: str) -> Reference:
    """A unit of the unit group that the destination field ``group`` names."""
    return Reference("uoms", "name", along=(Along(group, "uomscheduleid.name"),), company=False)


PRODUCTS = Flow(
    name="products",
    title="Products",
    description="Sellable released products are mastered in Finance and Operations and become products in Sales.",
    source=SOURCE,
    cds=PRODUCT,
    destination=Destination(
        system="sales",
        entity_set="products",
        key="productnumber",
        maintained=MAINTAINED,
        lanes=4,
        shared=True,
        state=State(
            field="statecode",
            status="statuscode",
            statuses={"0": "1", "1": "2", "2": "0"},
            initial="2",
            # Draft and Retired become Active, and Active becomes Retired, which a Draft cannot; nothing ever becomes
            # Draft, and a revision under way is the user's unless the product is sold no more
            changes={("2", "0"): "0", ("1", "0"): "0", ("1", "2"): "0", ("0", "1"): "1", ("3", "1"): "1"},
        ),
    ),
    source_to_cds=(
        Pair("ProductNumber", "ProductNumber"),
        Pair(f"{DISTINCT}.ItemNumber", "ItemNumber"),
        Pair("ProductName", "Name"),
        Pair("ProductDescription", "Description"),
        Pair("ProductType", "ProductType"),
        Pair("CurrencyCode", "CurrencyCode"),
        Pair(_PRICE, "SalesPrice", (Computed(price_per_unit),)),
        Pair(("UnitCost", f"{RELEASED}.UnitCostQuantity"), "UnitCost", (Computed(cost_per_unit),)),
        Pair("SalesUnitSymbol", "UnitSymbol"),
        Pair("SalesUnitDecimalPrecision", "UnitDecimals"),
        Pair("IsStockedProduct", "IsStocked"),
    ),
    cds_to_destination=(
        Pair("ProductNumber", "productnumber"),
        Pair("Name", "name", length=LengthPolicy.TRUNCATE),
        Pair("Description", "description", length=LengthPolicy.TRUNCATE),
        Pair(
            "ProductType",
            "producttypecode",
            (ValueMap("product_type", entries=(("Item", "1"), ("Service", "3"))),),
            write=WritePolicy.ON_CREATE,
        ),
        Pair(None, "productstructure", (Constant("1"),), write=WritePolicy.ON_CREATE),
        Pair(None, "defaultuomscheduleid.name", (SiteDefault(),), write=WritePolicy.ON_CREATE, reference=UNIT_GROUP),
        Pair("UnitSymbol", "defaultuomid.name", (ValueMap("unit"),), reference=unit_of("defaultuomscheduleid.name")),
        Pair("CurrencyCode", "transactioncurrencyid.isocurrencycode", reference=CURRENCY),
        Pair("SalesPrice", "price"),
        Pair("UnitCost", "currentcost"),
        Pair("IsStocked", "isstockitem"),
        Pair("UnitDecimals", "quantitydecimal"),
        Pair(
            None,
            "pricelevelid.name",
            (SiteDefault(required=False), FirstValid()),
            write=WritePolicy.ON_CREATE,
            reference=PRICE_LIST,
        ),
        Pair(None, "msdynce_ismaintainedexternally", (Constant("true"),)),
        Pair(None, "statecode", (SiteDefault(),)),
    ),
    scope=SELLABLE,
    left_actions={"retire": {"statecode": "1"}},
    choices=(PRICE_QUANTITY,),
)

PRICE_LIST_ITEMS = Flow(
    name="price_list_items",
    title="Price list items",
    description="The sales price of every sellable product becomes an item of a price list in Sales.",
    source=SOURCE,
    cds=PRODUCT_PRICE,
    destination=Destination(
        system="sales",
        entity_set="productpricelevels",
        key="productid.productnumber",
        key_with=("pricelevelid.name", "uomid.name"),
        maintained=("productid.msdynce_ismaintainedexternally", "true"),
        lanes=4,
    ),
    source_to_cds=(
        Pair("ProductNumber", "ProductNumber"),
        Pair("CurrencyCode", "CurrencyCode"),
        Pair(_PRICE, "SalesPrice", (Computed(price_per_unit),)),
        Pair("SalesUnitSymbol", "UnitSymbol"),
    ),
    cds_to_destination=(
        Pair("ProductNumber", "productid.productnumber"),
        Pair(
            "CurrencyCode",
            "transactioncurrencyid.isocurrencycode",
            write=WritePolicy.ON_CREATE,
            reference=CURRENCY,
        ),
        Pair(
            None,
            "pricelevelid.name",
            (SiteDefault(required=False), FirstValid()),
            write=WritePolicy.ON_CREATE,
            reference=PRICE_LIST,
        ),
        Pair(None, "uomscheduleid.name", (SiteDefault(),), write=WritePolicy.NEVER, reference=UNIT_GROUP),
        Pair("UnitSymbol", "uomid.name", (ValueMap("unit"),), reference=unit_of("uomscheduleid.name")),
        Pair(None, "pricingmethodcode", (Constant("1"),), write=WritePolicy.ON_CREATE),
        Pair("SalesPrice", "amount"),
    ),
    scope=SELLABLE,
    moved_action=REPORT,
    parents=(
        Parent(
            flow="products",
            id="ProductNumber",
            target="productid.productnumber",
            entity_set="products",
            key="productnumber",
            only=MAINTAINED,
        ),
    ),
    choices=(PRICE_QUANTITY,),
)
