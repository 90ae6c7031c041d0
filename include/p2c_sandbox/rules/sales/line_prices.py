"""The price of a quote line: written in, overridden, or the price list's; and the error where there is none.

Sales keeps a line it cannot price and marks it with `pricingerrorcode`, as on the form (unconfirmed for the Web API).
Where the organization's system pricing is off, prices and amounts stay as they are sent: a plug-in of its own has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.lookups import linked, organization
from p2c_sandbox.rules.sales.price_lists import PRICE_LIST, PRODUCT, UNIT, amount_of, is_valid, item_of
from p2c_sandbox.rules.sales.pricing import LINE_ITEM, NO_ERROR, line_amounts

MISSING_PRICE_LIST, INACTIVE_PRICE_LIST, MISSING_QUANTITY, MISSING_UNIT_PRICE = 2, 3, 4, 5
NOT_IN_PRICE_LIST, MISSING_AMOUNT = 11, 12


def priced(context: Context, quote: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """What pricing makes of a whole line: its price, amounts and error; nothing without system pricing."""
    if not has_system_pricing(context):
        return {}
    error, price = _price(context, quote, line)
    if line.get("quantity") is None:
        error = error or MISSING_QUANTITY
    amounts = line_amounts({**line, "priceperunit": price}, discount_method(context))
    return {"priceperunit": price, "pricingerrorcode": error, **amounts}


def discount_method(context: Context) -> int:
    """The organization's discount calculation method."""
    return int(organization(context).get("discountcalculationmethod") or LINE_ITEM)


def has_system_pricing(context: Context) -> bool:
    """Whether Sales calculates quotes itself."""
    return organization(context).get("oobpricecalculationenabled") is not False


def _price(context: Context, quote: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[int, Any]:
    if line.get("isproductoverridden") or line.get("ispriceoverridden"):
        price = line.get("priceperunit")
        return (MISSING_UNIT_PRICE if price is None else NO_ERROR), price
    price_list = linked(context, "pricelevels", quote, PRICE_LIST)
    if price_list is None:
        return MISSING_PRICE_LIST, None
    if not is_valid(price_list, context.transaction.now()):
        return INACTIVE_PRICE_LIST, None
    item = item_of(context, price_list.key, str(line[PRODUCT]), str(line[UNIT]))
    if item is None:
        return NOT_IN_PRICE_LIST, None
    amount = amount_of(item)
    return (MISSING_AMOUNT if amount is None else NO_ERROR), amount
