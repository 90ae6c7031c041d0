"""Which entity sets have rules."""

from __future__ import annotations

from collections.abc import Mapping

from p2c_sandbox.rules import Rules
from p2c_sandbox.rules.contact_persons import ContactPersons
from p2c_sandbox.rules.contacts import Contacts
from p2c_sandbox.rules.customers import Customers

_RULES: Mapping[tuple[str, str], Rules] = {
    ("finance_operations", "CDSContactPersonsV2"): ContactPersons(),
    ("finance_operations", "CustomersV3"): Customers(),
    ("sales", "contacts"): Contacts(),
}


def rules_for(system: str, entity_set: str) -> Rules | None:
    """The rules of an entity set, or None if it has none."""
    return _RULES.get((system, entity_set))
