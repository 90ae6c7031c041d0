"""Who calls: the application user, its business unit and the environment, from the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass

from p2c_sandbox.sales.call import SYSTEM
from p2c_sandbox.store import Row, Transaction

# of an environment without rows, so that it can be written to at all
NOBODY = "00000000-0000-0000-0000-0000000000a1"
NO_BUSINESS_UNIT = "00000000-0000-0000-0000-0000000000b1"
NO_ORGANIZATION = "00000000-0000-0000-0000-0000000000c1"


@dataclass(frozen=True)
class Identity:
    """Ids of the application user, its business unit and the organization (Dataverse's word for the environment)."""

    user: str
    business_unit: str
    organization: str


def identity(transaction: Transaction) -> Identity:
    """The caller. The application user is the first user with an application id, else the first user."""
    users = list(transaction.find(SYSTEM, "systemusers"))
    user = next((row for row in users if row.values.get("applicationid")), users[0] if users else None)
    unit = user.values.get("_businessunitid_value") if user else None
    return Identity(
        user.key if user else NOBODY,
        str(unit) if unit else root_business_unit(transaction),
        next((row.key for row in transaction.find(SYSTEM, "organizations")), NO_ORGANIZATION),
    )


def root_business_unit(transaction: Transaction) -> str:
    """The business unit without a parent."""
    units = transaction.find(SYSTEM, "businessunits", _is_root)
    return next((row.key for row in units), NO_BUSINESS_UNIT)


def _is_root(row: Row) -> bool:
    return row.values.get("_parentbusinessunitid_value") is None
