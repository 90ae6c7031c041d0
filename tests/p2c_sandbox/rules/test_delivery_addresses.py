from __future__ import annotations

from typing import Any

from p2c_sandbox.rules.delivery_addresses import address_of_customer, address_of_quotation, take_over

SOURCE = address_of_quotation({"DeliveryAddressCity": "Seattle", "DeliveryAddressStateId": "WA"})


def test_a_quotation_takes_the_customer_s_delivery_address() -> None:
    customer = {"AddressCity": "Seattle", "DeliveryAddressCity": "Renton", "DeliveryAddressState": "WA"}
    block = address_of_customer(customer)
    assert (block["DeliveryAddressCity"], block["DeliveryAddressStateId"]) == ("Renton", "WA")


def test_without_one_it_takes_the_primary_address() -> None:
    block = address_of_customer({"AddressCity": "Seattle", "AddressCounty": "KING"})
    assert (block["DeliveryAddressCity"], block["DeliveryAddressCountyId"]) == ("Seattle", "KING")


def test_an_order_specific_block_stays_as_sent() -> None:
    values = {"IsDeliveryAddressOrderSpecific": "Yes", "DeliveryAddressCity": "Renton"}
    assert take_over(values, {}, SOURCE, new=True) == {}
    assert values["DeliveryAddressCity"] == "Renton"


def test_a_block_that_is_not_order_specific_is_sent_in_vain() -> None:
    values: dict[str, Any] = {"DeliveryAddressCity": "Renton", "DeliveryAddressStateId": "WA"}
    assert take_over(values, {}, SOURCE, new=True) == {"DeliveryAddressCity": "Renton"}
    assert values == SOURCE


def test_an_update_leaves_the_block_unless_it_ceases_to_be_order_specific() -> None:
    assert _updated({"DeliveryAddressCity": "Renton"}, "No") == {}
    assert _updated({"DeliveryAddressCity": "Renton"}, "Yes") == {"DeliveryAddressCity": "Renton"}
    ceases = {"IsDeliveryAddressOrderSpecific": "No"}
    assert _updated(ceases, "Yes") == ceases | SOURCE


def _updated(changes: dict[str, Any], order_specific: str) -> dict[str, Any]:
    values = dict(changes)
    take_over(values, {"IsDeliveryAddressOrderSpecific": order_specific}, SOURCE, new=False)
    return values
