"""Rules of products: number, units, and the states a product may go through.

A new product is Draft, or Active where the organization's setting CreateProductsWithoutParentInActiveState says so and
it has no parent; a state sent with a create is passed over.
Sources: Microsoft docs: Publish, revise, revert, retire, activate products; Web service error codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales import violations
from p2c_sandbox.rules.sales.lookups import organization, rows_with, with_currency
from p2c_sandbox.rules.sales.units import belongs
from p2c_sandbox.rules.sales.violations import refuse

ACTIVE, RETIRED, DRAFT, UNDER_REVISION = range(4)
GROUP, UNIT = "_defaultuomscheduleid_value", "_defaultuomid_value"
_STATUS = {ACTIVE: 1, DRAFT: 0}
_PRODUCT = 1
_NAMES = {ACTIVE: "Active", RETIRED: "Retired", DRAFT: "Draft", UNDER_REVISION: "Under Revision"}
_FORBIDDEN = {
    (DRAFT, RETIRED): violations.PRODUCT_DRAFT_TO_RETIRED,
    (ACTIVE, DRAFT): violations.PRODUCT_ACTIVE_TO_DRAFT,
    (UNDER_REVISION, DRAFT): violations.PRODUCT_ACTIVE_TO_DRAFT,
    (RETIRED, DRAFT): violations.PRODUCT_RETIRED_TO_DRAFT,
    (DRAFT, UNDER_REVISION): violations.PRODUCT_TO_REVISED,
    (RETIRED, UNDER_REVISION): violations.PRODUCT_TO_REVISED,
}


class Products:
    """Rules of products."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        values |= with_currency(context, values)
        state = _first_state(context, values)
        values |= {"statecode": state, "statuscode": _STATUS[state]}
        _check_number(context, values.get("productnumber"), None)
        _check_unit(context, values)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        _check_state(current, changes)
        if "productnumber" in changes:
            _check_number(context, changes["productnumber"], str(current["productid"]))
        if not changes.keys().isdisjoint((GROUP, UNIT)):
            _check_unit(context, {**current, **changes})
        return Ignored()

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """A product that is on a quote stays; it can be retired."""
        if next(rows_with(context, "quotedetails", "_productid_value", row["productid"]), None) is not None:
            text = "The object you tried to delete is associated with another object and cannot be deleted."
            refuse(violations.ASSOCIATED_WITH_OTHERS, text, "productid")


def _first_state(context: Context, values: Mapping[str, Any]) -> int:
    alone = values.get("_parentproductid_value") is None and values.get("productstructure") == _PRODUCT
    active = alone and organization(context).get("createproductswithoutparentinactivestate")
    return ACTIVE if active else DRAFT


def _check_state(current: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    before = int(current["statecode"])
    after = int(changes.get("statecode", before))
    code = _FORBIDDEN.get((before, after))
    if code is not None:
        text = f"The product {current.get('productnumber')} cannot go from {_NAMES[before]} to {_NAMES[after]}."
        refuse(code, text, "statecode")


def _check_unit(context: Context, values: Mapping[str, Any]) -> None:
    group, unit = values.get(GROUP), values.get(UNIT)
    if values.get("productstructure") == _PRODUCT and group is None:
        code = violations.PRODUCT_MISSING_UNIT_GROUP
        refuse(code, "The unit schedule id of the product is missing.", "defaultuomscheduleid")
    if group is not None and not belongs(context, unit, group):
        text = "The specified unit is not valid for this product."
        refuse(violations.PRODUCT_INVALID_UNIT, text, "defaultuomid")


def _check_number(context: Context, number: str | None, own: str | None) -> None:
    if number is None:
        return
    if any(row.key != own for row in rows_with(context, "products", "productnumber", number)):
        text = (
            f"The specified product ID '{number}' conflicts with the product ID of an existing record. Specify a "
            "different product ID and try again."
        )
        refuse(violations.PRODUCT_NUMBER_EXISTS, text, "productnumber")
