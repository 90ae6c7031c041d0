"""Rules of Sales contacts: what the platform and Microsoft's Prospect to cash solution fill on their own.

The full name is made of the first and last name. Of the solution's columns (names unconfirmed) the contact number is an
autonumber unless one is sent, and whether the company is an account follows from the parent; `sales.active_customers`
sets the third.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales.autonumbers import autonumber
from p2c_sandbox.rules.sales.lookups import target_table

PARENT = "_parentcustomerid_value"
COMPANY_IS_ACCOUNT = "msdynce_iscompanyanaccount"
_PARTS = ("firstname", "lastname")


class Contacts:
    """What Dataverse does to contacts on its own."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Name and number the contact, and tell of its company."""
        values["fullname"] = _full_name(values)
        values["msdynce_contactnumber"] = values.get("msdynce_contactnumber") or autonumber(context.transaction, "CON")
        values["msdynce_isactivecustomer"] = bool(values.get("msdynce_isactivecustomer"))
        values[COMPANY_IS_ACCOUNT] = _company_is_account(values)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Name the contact anew if a part of its name changes; a full name sent is passed over, as is the company's."""
        changes.pop("fullname", None)
        changes.pop(COMPANY_IS_ACCOUNT, None)
        if not changes.keys().isdisjoint(_PARTS):
            changes["fullname"] = _full_name({**current, **changes})
        if PARENT in changes:
            changes[COMPANY_IS_ACCOUNT] = _company_is_account({**current, **changes})
        return Ignored()


def _full_name(values: Mapping[str, Any]) -> str | None:
    return " ".join(str(values[part]) for part in _PARTS if values.get(part)) or None


def _company_is_account(values: Mapping[str, Any]) -> bool:
    return target_table(values, PARENT) == "account"
