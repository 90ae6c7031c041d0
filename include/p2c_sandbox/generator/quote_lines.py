"""Lines of generated quotes, priced by the price list of their company and calculated as Sales does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from p2c_sandbox.generator.companies import unit
from p2c_sandbox.generator.draw import Draw
from p2c_sandbox.generator.products import IN_SALES, UNITS, product
from p2c_sandbox.generator.size import Size
from p2c_sandbox.rules.sales.pricing import LINE_ITEM, NO_ERROR, line_amounts

_DISCOUNTED, _DATED = 20, 30
_DISCOUNTS = (Decimal("10.00"), Decimal("0.05"), Decimal("1.11"))


def quote_line(size: Size, draw: Draw, quote: Mapping[str, Any], place: int) -> dict[str, Any]:
    """A line of a product that is in Sales."""
    even = draw.randrange(0, size.products, IN_SALES)
    made = product(size, size.good(even, IN_SALES))
    line = _line(draw, quote, place) | {
        "isproductoverridden": False,
        "_productid_value": made.identifier,
        "_uomid_value": unit(UNITS[made.unit]),
        "productnumber": made.number,
        "productname": made.name,
        "quotedetailname": made.name,
        "producttypecode": 3 if made.is_service else 1,
        "quantity": Decimal(draw.randrange(1, 50)),
        "priceperunit": made.prices[draw.company.legal_entity],
    }
    if draw.share(_DISCOUNTED):
        line["manualdiscountamount"] = draw.choice(_DISCOUNTS)
    if draw.share(_DATED):
        line["requestdeliveryby"] = draw.user_day()
    return line | line_amounts(line, LINE_ITEM)


def write_in(draw: Draw, quote: Mapping[str, Any], place: int, price: Decimal) -> dict[str, Any]:
    """A line without a product."""
    text = "Delivery to the back door"
    line = _line(draw, quote, place) | {
        "isproductoverridden": True,
        "productdescription": text,
        "productname": text,
        "quotedetailname": text,
        "quantity": Decimal(1),
        "priceperunit": price,
    }
    return line | line_amounts(line, LINE_ITEM)


def _line(draw: Draw, quote: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {
        "quotedetailid": str(UUID(int=draw.getrandbits(128) ^ UUID(quote["quoteid"]).int, version=4)),
        "_quoteid_value": quote["quoteid"],
        "_transactioncurrencyid_value": quote["_transactioncurrencyid_value"],
        "_owningbusinessunit_value": quote["_owningbusinessunit_value"],
        "quotestatecode": quote["statecode"],
        "sequencenumber": place + 1,
        "lineitemnumber": place + 1,
        "ispriceoverridden": False,
        "pricingerrorcode": NO_ERROR,
        "propertyconfigurationstatus": 2,
        "quotecreationmethod": 776160000,
        "skippricecalculation": 0,
        "willcall": quote["willcall"],
        "createdon": quote["createdon"],
        "modifiedon": quote["createdon"],
    }
