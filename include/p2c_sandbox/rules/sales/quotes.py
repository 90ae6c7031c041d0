"""Rules of quotes: drafts alone are editable; a PATCH of the state activates, actions win, close and revise.

Sources: Microsoft docs: quote table reference; Web service error codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales import violations
from p2c_sandbox.rules.sales.active_customers import CUSTOMER, mark_active
from p2c_sandbox.rules.sales.lookups import SYSTEM, linked, lookup, rows_with, target_table, with_currency
from p2c_sandbox.rules.sales.price_lists import CURRENCY, PRICE_LIST, check_currency
from p2c_sandbox.rules.sales.quote_totals import calculated, lines_of, mirror, reprice
from p2c_sandbox.rules.sales.violations import refuse

DRAFT, ACTIVE, WON, CLOSED = range(4)
STATES = ("Draft", "Active", "Won", "Closed")
_STATE = {"statecode", "statuscode"}
# assigning a row is not editing it
_NOT_EDITING = {"_ownerid_value", "_owningbusinessunit_value"}


class Quotes:
    """Rules of quotes."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        if values.get("statecode") != DRAFT:
            refuse(violations.INVALID_STATUS, "A new quote is a draft; activate it by an update.", "statecode")
        values["revisionnumber"] = values.get("revisionnumber") or 0
        _check_number(context, values, None)
        values |= _default_currency(context, values)
        check_currency(context, values)
        values |= _customer(values) | calculated(context, values, ())

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        _check_state(current, changes)
        if current.get("statecode") != DRAFT:
            _check_not_edited(current, changes)
            return Ignored()
        merged = {**current, **changes}
        _check_number(context, merged, str(current["quoteid"]))
        lines = lines_of(context, str(current["quoteid"]))
        if lines and merged.get(CURRENCY) != current.get(CURRENCY):
            text = "The currency cannot be changed because this quote has Products associated with it."
            refuse(violations.CURRENCY_OF_QUOTE_WITH_PRODUCTS, text, "transactioncurrencyid")
        check_currency(context, merged)
        if changes.get("statecode") == ACTIVE:
            _check_complete(merged)
        lines = reprice(context, merged, lines)
        changes |= _customer(merged) | calculated(context, merged, (row.values for row in lines))
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Mark the customer and keep the lines in step."""
        mark_active(context, row)
        mirror(context, row, lines_of(context, str(row["quoteid"])))

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """Delete the lines with the quote."""
        for line in lines_of(context, str(row["quoteid"])):
            context.transaction.delete(SYSTEM, "quotedetails", line.key)


def _check_number(context: Context, values: Mapping[str, Any], own: str | None) -> None:
    """The platform's own key of quotes: number and revision."""
    number, revision = values.get("quotenumber"), values.get("revisionnumber")
    same = (row for row in rows_with(context, "quotes", "quotenumber", number) if row.key != own)
    if any(row.values.get("revisionnumber") == revision for row in same):
        text = f"Quote {number} has a revision {revision} already."
        refuse(violations.DUPLICATE_RECORD, text, "quotenumber")


def _default_currency(context: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    price_list = linked(context, "pricelevels", values, PRICE_LIST)
    if values.get(CURRENCY) is None and price_list is not None:
        return lookup(CURRENCY, price_list.values.get(CURRENCY), "transactioncurrency")
    return with_currency(context, values)


def _customer(values: Mapping[str, Any]) -> dict[str, Any]:
    """The customer's id again, in the column of its table."""
    table, customer = target_table(values, CUSTOMER), values.get(CUSTOMER)
    return {f"{name}id": customer if table == name else None for name in ("account", "contact")}


def _check_state(current: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    before, after = current.get("statecode", DRAFT), changes.get("statecode", current.get("statecode", DRAFT))
    if before == after or (before, after) == (DRAFT, ACTIVE):
        return
    number = current.get("quotenumber")
    text = f"Quote {number} cannot go from {STATES[before]} to {STATES[after]} by an update; there are actions for it."
    refuse(violations.QUOTE_WRONG_STATE, text, "statecode")


def _check_not_edited(current: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    edited = {name.partition("@")[0] for name in changes} - _STATE - _NOT_EDITING
    if edited:
        text = f"The quote {current.get('quotenumber')} cannot be edited because it is not in draft state."
        refuse(violations.QUOTE_NOT_DRAFT, text, min(edited))


def _check_complete(values: Mapping[str, Any]) -> None:
    for column in (CUSTOMER, PRICE_LIST):
        if values.get(column) is None:
            text = f"The quote cannot be activated: it has no value in '{column[1:-6]}'."
            refuse(violations.MISSING_VALUE, text, column)
