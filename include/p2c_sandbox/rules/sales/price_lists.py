"""Rules of price lists and their items: one price for a product and unit, in the price list's currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales import violations
from p2c_sandbox.rules.sales.lookups import linked, lookup, rows_with, with_currency
from p2c_sandbox.rules.sales.products import RETIRED
from p2c_sandbox.rules.sales.units import GROUP, belongs
from p2c_sandbox.rules.sales.violations import refuse
from p2c_sandbox.store import Row

PRICE_LIST, PRODUCT, UNIT = "_pricelevelid_value", "_productid_value", "_uomid_value"
CURRENCY = "_transactioncurrencyid_value"
_ACTIVE = 0
_DEFAULTS = {"pricingmethodcode": 1, "quantitysellingcode": 1, "roundingpolicycode": 1}


class PriceLists:
    """Rules of pricelevels. Begin and end are days of a user's calendar, kept as instants."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        values |= with_currency(context, values)
        _check_dates(values)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        _check_dates({**current, **changes})
        return Ignored()


class PriceListItems:
    """Rules of productpricelevels."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        for name, value in _DEFAULTS.items():
            values[name] = values.get(name) or value
        values |= _checked(context, values, None)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        changes |= _checked(context, {**current, **changes}, str(current["productpricelevelid"]))
        return Ignored()


def is_valid(price_list: Row, now: datetime) -> bool:
    """Whether a price list gives prices: active, begun and not ended; its last day belongs to it."""
    begin, end = price_list.values.get("begindate"), price_list.values.get("enddate")
    begun = begin is None or datetime.fromisoformat(str(begin)) <= now
    ended = end is not None and datetime.fromisoformat(str(end)) + timedelta(days=1) <= now
    return price_list.values.get("statecode", _ACTIVE) == _ACTIVE and begun and not ended


def item_of(context: Context, price_list: str, product: str, unit: str) -> Row | None:
    """The item of a price list for a product in a unit."""
    wanted = {PRICE_LIST: price_list, UNIT: unit}
    items = rows_with(context, "productpricelevels", PRODUCT, product)
    return next((row for row in items if wanted.items() <= row.values.items()), None)


def amount_of(item: Row) -> Decimal | None:
    """The price an item states, None if it states none or works by percentage."""
    amount = item.values.get("amount")
    return None if amount is None else Decimal(amount)


def check_currency(context: Context, values: Mapping[str, Any]) -> None:
    """Refuse a row whose currency is not that of its price list."""
    price_list = linked(context, "pricelevels", values, PRICE_LIST)
    if price_list is not None and price_list.values.get(CURRENCY) != values.get(CURRENCY):
        text = "The currency of the record does not match the currency of the price list."
        refuse(violations.CURRENCY_NOT_THAT_OF_PRICE_LIST, text, "transactioncurrencyid")


def _check_dates(values: Mapping[str, Any]) -> None:
    begin, end = values.get("begindate"), values.get("enddate")
    if begin and end and str(begin) > str(end):
        refuse(violations.INVALID_VALUE, "The start date of the price list is after its end date.", "begindate")


def _checked(context: Context, values: Mapping[str, Any], own: str | None) -> dict[str, Any]:
    """What follows from an item's price list, product and unit, which are checked."""
    price_list, product = (
        _required(context, values, name, entity_set)
        for name, entity_set in ((PRICE_LIST, "pricelevels"), (PRODUCT, "products"))
    )
    if product.values.get("statecode") == RETIRED:
        text = "Retired products can not be added to pricelists."
        refuse(violations.RETIRED_PRODUCT_ON_PRICE_LIST, text, "productid")
    group = product.values.get("_defaultuomscheduleid_value")
    if not belongs(context, values.get(UNIT), group):
        refuse(violations.PRODUCT_INVALID_UNIT, "The specified unit is not valid for this product.", "uomid")
    currency = values.get(CURRENCY) or price_list.values.get(CURRENCY)
    following = lookup(CURRENCY, currency, "transactioncurrency") | lookup(GROUP, group, "uomschedule")
    check_currency(context, {**values, **following})
    other = item_of(context, price_list.key, product.key, str(values[UNIT]))
    if other is not None and other.key != own:
        text = "This product and unit combination has a price for this price list."
        refuse(violations.PRICE_LIST_ITEM_EXISTS, text, "uomid")
    return {**following, "productnumber": product.values.get("productnumber")}


def _required(context: Context, values: Mapping[str, Any], column: str, entity_set: str) -> Row:
    row = linked(context, entity_set, values, column)
    if row is None:
        refuse(violations.MISSING_VALUE, f"A price list item needs a row of {entity_set}.", column)
    return row
