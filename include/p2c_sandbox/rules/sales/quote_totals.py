"""What a quote and its lines tell of each other, kept in step after each write.

A line repeats its quote's state and flag without being modified: its `modifiedon` does not move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.line_prices import discount_method, has_system_pricing, priced
from p2c_sandbox.rules.sales.lookups import SYSTEM, linked, rows_with
from p2c_sandbox.rules.sales.price_lists import PRODUCT
from p2c_sandbox.rules.sales.pricing import quote_totals
from p2c_sandbox.store import Row

QUOTE_FLAG = "msdynce_hasexternallymaintainedproductsonly"
LINE_FLAG = "msdynce_quotehasexternallymaintainedproductsonly"


def lines_of(context: Context, quote: str) -> list[Row]:
    """The lines of a quote."""
    return list(rows_with(context, "quotedetails", "_quoteid_value", quote))


def calculated(context: Context, quote: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns of a quote that follow from its lines."""
    present = list(lines)
    totals = quote_totals(quote, present, discount_method(context)) if has_system_pricing(context) else {}
    only = bool(present) and all(_externally_maintained(context, line) for line in present)
    return {**totals, QUOTE_FLAG: only}


def recalculate(context: Context, identifier: str, without: str | None = None) -> None:
    """Bring a quote up to date with its lines, of which one may be about to go."""
    quote = context.transaction.get(SYSTEM, "quotes", identifier)
    if quote is None:
        return
    lines = [row for row in lines_of(context, identifier) if row.key != without]
    changes = calculated(context, quote.values, (row.values for row in lines))
    if not changes.items() <= quote.values.items():
        quote = context.transaction.update(SYSTEM, "quotes", identifier, changes)
    mirror(context, quote.values, lines)


def mirror(context: Context, quote: Mapping[str, Any], lines: Iterable[Row]) -> None:
    """Repeat a quote's state and flag on its lines."""
    repeated = {"quotestatecode": quote.get("statecode"), LINE_FLAG: quote.get(QUOTE_FLAG)}
    for row in lines:
        if not repeated.items() <= row.values.items():
            context.transaction.update(SYSTEM, "quotedetails", row.key, repeated, at=row.modified)


def reprice(context: Context, quote: Mapping[str, Any], lines: Iterable[Row]) -> list[Row]:
    """Price the lines of a draft anew, which changes those whose price list has another price by now."""
    rows = []
    for row in lines:
        changes = priced(context, quote, row.values)
        same = changes.items() <= row.values.items()
        rows.append(row if same else context.transaction.update(SYSTEM, "quotedetails", row.key, changes))
    return rows


def _externally_maintained(context: Context, line: Mapping[str, Any]) -> bool:
    product = linked(context, "products", line, PRODUCT)
    return product is not None and bool(product.values.get("msdynce_ismaintainedexternally"))
