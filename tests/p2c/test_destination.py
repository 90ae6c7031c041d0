from __future__ import annotations

import pytest

from p2c.flows.accounts import CUSTOMERS
from p2c.flows.contacts import CONTACTS
from p2c.flows.products import PRODUCTS


def test_the_whole_key_begins_with_the_integration_key() -> None:
    assert CUSTOMERS.key_fields == ("CustomerAccount",)
    assert CONTACTS.destination.key_fields == (
        "ContactPersonPartyNumber",
        "AssociatedContactType",
        "AssociatedContactNumber",
    )


@pytest.mark.parametrize(
    ("stored", "wanted", "sent"),
    [
        (None, "0", {"statecode": "0", "statuscode": "1"}),  # a new product is a draft
        ("2", "0", {"statecode": "0", "statuscode": "1"}),
        ("1", "0", {"statecode": "0", "statuscode": "1"}),
        ("1", "2", {"statecode": "0", "statuscode": "1"}),
        (None, "2", {}),
        ("0", "0", {}),
        ("0", "2", {}),
        ("3", "0", {}),
        ("0", "1", {"statecode": "1", "statuscode": "2"}),
        ("2", "1", {}),  # Sales retires no draft
    ],
)
def test_a_state_is_sent_only_where_it_may_change(stored: str | None, wanted: str, sent: dict[str, str]) -> None:
    assert PRODUCTS.destination.state.sent(stored, wanted) == sent
