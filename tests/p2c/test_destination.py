from __future__ import annotations

from p2c.flows.accounts import CUSTOMERS
from p2c.flows.contacts import CONTACTS


def test_the_whole_key_begins_with_the_integration_key() -> None:
    assert CUSTOMERS.key_fields == ("CustomerAccount",)
    assert CONTACTS.destination.key_fields == (
        "ContactPersonPartyNumber",
        "AssociatedContactType",
        "AssociatedContactNumber",
    )
