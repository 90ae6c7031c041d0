from __future__ import annotations

from typing import Any


def test_each_entity_set_of_a_destination_is_read_once(sides: Any) -> None:
    keys = sides.keys()
    before = len(sides.sandbox.requests_seen(entity_set="CustomersV3"))
    for name in ("accounts", "contacts_to_customers"):
        assert keys.of_destination(sides.flow(name), "usmf")
    assert len(sides.sandbox.requests_seen(entity_set="CustomersV3")) - before == 1


def test_keys_of_several_fields_and_through_lookups_are_those_of_the_ledger(sides: Any) -> None:
    keys = sides.keys()
    contacts = keys.of_destination(sides.flow("contacts"), "usmf")
    assert all("|" in key for key in contacts)
    assert keys.of_destination(sides.flow("price_list_items"), "usmf") is not None
    assert keys.place(sides.flow("price_list_items"), "usmf") == ("productpricelevels", "")
    assert keys.place(sides.flow("accounts"), "usmf") == ("CustomersV3", "usmf")
