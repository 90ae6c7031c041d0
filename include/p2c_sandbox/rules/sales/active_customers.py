"""Microsoft's Prospect to cash solution: a contact that is customer of a quote, order or invoice is an active customer.

Column names of the solution are unconfirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales.lookups import SYSTEM, linked

CUSTOMER = "_customerid_value"
ACTIVE_CUSTOMER = "msdynce_isactivecustomer"


class CustomerDocuments:
    """Rules of salesorders and invoices, as far as the flows need them."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Nothing is checked here."""

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Mark the customer."""
        mark_active(context, row)


def mark_active(context: Context, document: Mapping[str, Any]) -> None:
    """Make the contact that is a document's customer an active one."""
    contact = linked(context, "contacts", document, CUSTOMER)
    if contact is not None and not contact.values.get(ACTIVE_CUSTOMER):
        context.transaction.update(SYSTEM, "contacts", contact.key, {ACTIVE_CUSTOMER: True})
