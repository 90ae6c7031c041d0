"""Rules of quotedetails: a line has a product with a unit of its group, or is a write-in; drafts alone are editable.

A line's price and amounts are calculated, and with each write those of its quote. `sequencenumber` and `lineitemnumber`
that are left out of a create count on from the highest (unconfirmed); a null that is sent stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales import violations
from p2c_sandbox.rules.sales.line_prices import priced
from p2c_sandbox.rules.sales.lookups import linked, lookup
from p2c_sandbox.rules.sales.price_lists import CURRENCY, PRODUCT, UNIT
from p2c_sandbox.rules.sales.products import ACTIVE
from p2c_sandbox.rules.sales.quote_totals import lines_of, recalculate
from p2c_sandbox.rules.sales.units import belongs
from p2c_sandbox.rules.sales.violations import refuse
from p2c_sandbox.store import Row

QUOTE = "_quoteid_value"
_NUMBERS = ("lineitemnumber", "sequencenumber")


class QuoteLines:
    """Rules of quotedetails."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        quote = _draft(context, values)
        for name in _NUMBERS:
            if name not in values:
                values[name] = _next_number(context, quote.key, name)
        values |= _following(context, quote, values)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        if changes.get(QUOTE, current[QUOTE]) != current[QUOTE]:
            refuse(violations.INVALID_VALUE, "A quote line cannot be moved to another quote.", "quoteid")
        changes |= _following(context, _draft(context, current), {**current, **changes})
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Calculate the quote anew."""
        recalculate(context, str(row[QUOTE]))

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """Calculate the quote as it is without the line."""
        recalculate(context, _draft(context, row).key, without=str(row["quotedetailid"]))


def _draft(context: Context, line: Mapping[str, Any]) -> Row:
    quote = linked(context, "quotes", line, QUOTE)
    if quote is None:
        refuse(violations.MISSING_VALUE, "The quote of the quote line is missing.", "quoteid")
    if quote.values.get("statecode"):
        number = quote.values.get("quotenumber")
        text = f"The lines of quote {number} cannot be changed because it is not in draft state."
        refuse(violations.QUOTE_NOT_DRAFT, text, "quoteid")
    return quote


def _next_number(context: Context, quote: str, name: str) -> int:
    return 1 + max((row.values.get(name) or 0 for row in lines_of(context, quote)), default=0)


def _following(context: Context, quote: Row, line: Mapping[str, Any]) -> dict[str, Any]:
    """What a line takes over from its quote and product, and its price."""
    write_in = bool(line.get("isproductoverridden"))
    described = _write_in(line) if write_in else _with_product(context, line)
    inherited = {
        **lookup(CURRENCY, quote.values.get(CURRENCY), "transactioncurrency"),
        **lookup("_owningbusinessunit_value", quote.values.get("_owningbusinessunit_value"), "businessunit"),
        "quotestatecode": quote.values.get("statecode"),
    }
    return {**inherited, **described, **priced(context, quote.values, line)}


def _write_in(line: Mapping[str, Any]) -> dict[str, Any]:
    if line.get(PRODUCT) is not None:
        refuse(violations.INVALID_VALUE, "A write-in line cannot have a product.", "productid")
    name = line.get("productdescription")
    if name is None:
        refuse(violations.MISSING_VALUE, "A write-in line needs a product description.", "productdescription")
    return {"productname": name, "quotedetailname": name, "productnumber": None}


def _with_product(context: Context, line: Mapping[str, Any]) -> dict[str, Any]:
    product = linked(context, "products", line, PRODUCT)
    if product is None:
        refuse(violations.MISSING_VALUE, "The product of the quote line is missing.", "productid")
    number, name = product.values.get("productnumber"), product.values.get("name")
    if product.values.get("statecode") != ACTIVE:
        text = f"The product {number} cannot be put on a quote because it is not active."
        refuse(violations.INVALID_VALUE, text, "productid")
    if not belongs(context, line.get(UNIT), product.values.get("_defaultuomscheduleid_value")):
        text = f"The specified unit is not valid for the product {number}."
        refuse(violations.PRODUCT_INVALID_UNIT, text, "uomid")
    return {"productname": name, "quotedetailname": name, "productnumber": number}
