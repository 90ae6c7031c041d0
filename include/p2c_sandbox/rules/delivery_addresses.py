"""Delivery address of an F&O quotation or line: its own if order-specific, else taken over and not written.

A quotation takes the customer's delivery address, or the primary one if that is blank; a line takes the quotation's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.addresses import Block, check_addresses

ORDER_SPECIFIC = "IsDeliveryAddressOrderSpecific"
BLOCKS = (Block("DeliveryAddress", "Id"),)
_PARTS = {
    "City": "City",
    "CountryRegionId": "CountryRegionId",
    "CountryRegionISOCode": "CountryRegionISOCode",
    "CountyId": "County",
    "Description": "Description",
    "StateId": "State",
    "Street": "Street",
    "StreetNumber": "StreetNumber",
    "ZipCode": "ZipCode",
}
"""Parts of a quotation's block, and what customers call them."""


def address_of_customer(customer: Mapping[str, Any]) -> dict[str, Any]:
    """The block a quotation takes from its customer."""
    own = any(customer.get(f"DeliveryAddress{part}") for part in _PARTS.values())
    prefix = "DeliveryAddress" if own else "Address"
    return {f"DeliveryAddress{part}": customer.get(f"{prefix}{name}", "") for part, name in _PARTS.items()}


def address_of_quotation(header: Mapping[str, Any]) -> dict[str, Any]:
    """The block a line takes from its quotation."""
    return {f"DeliveryAddress{part}": header.get(f"DeliveryAddress{part}", "") for part in _PARTS}


def take_over(
    values: dict[str, Any], current: Mapping[str, Any], source: Mapping[str, Any], *, new: bool
) -> dict[str, Any]:
    """Put the source's block in place of what was sent, unless order-specific; return what was sent in vain."""
    if {**current, **values}.get(ORDER_SPECIFIC) == "Yes":
        return {}
    sent = {name: values.pop(name) for name in source if name in values}
    if new or ORDER_SPECIFIC in values:
        values.update(source)
    return {name: value for name, value in sent.items() if value != source[name]}


def check_delivery_address(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with an order-specific block."""
    if values.get(ORDER_SPECIFIC) != "Yes":
        return
    if not values.get(BLOCKS[0].country_id) and not values.get(BLOCKS[0].description):
        yield Finding("Field 'Country/region' must be filled in.", BLOCKS[0].country_id)
    yield from check_addresses(context, values, BLOCKS)
