"""Where and when a quote or its line is delivered: the parts that header and lines share.

No address where the customer picks the goods up ("will call"), nor for a line that goes where its header goes.
"""

from __future__ import annotations

from p2c.flow import (
    BlankPolicy,
    CdsField,
    Choice,
    Constant,
    DateDefault,
    OnlyIf,
    Option,
    Pair,
    ValueMap,
    WritePolicy,
)
from p2c.flows.accounts import address_block, address_to_cds, address_to_destination

#: Columns of a ship-to address that make one. A country alone does not.
CONTENT = ("line1", "line2", "line3", "city", "stateorprovince", "postalcode")
ADDRESS_FIELDS = (
    CdsField("IsDeliveryAddressOrderSpecific", "boolean", required=True),
    CdsField("DeliveryAddress_Name", length=200),
    CdsField("DeliveryAddress_AddressLine1", length=250),
    CdsField("DeliveryAddress_AddressLine2", length=250),
    CdsField("DeliveryAddress_AddressLine3", length=250),
    CdsField("DeliveryAddress_City", length=80),
    CdsField("DeliveryAddress_State", length=50),
    CdsField("DeliveryAddress_PostalCode", length=20),
    CdsField("DeliveryAddress_Country", length=80),
)

ORDER_SPECIFIC = "IsDeliveryAddressOrderSpecific"
YES_NO = ValueMap("yes_no", entries=(("true", "Yes"), ("false", "No")))
SHIP_TO = tuple(f"shipto_{column}" for column in CONTENT)
DELIVERY_ADDRESS = address_block("delivery address", "DeliveryAddress", state="StateId", county="")


def delivery_to_cds(flag: Pair, name: Pair) -> tuple[Pair, ...]:
    """The pairs of a delivery address, which go to the CDS only if ``flag`` says there is one to send."""
    return (flag, name, *address_to_cds("shipto", "DeliveryAddress", OnlyIf(flag.target), county=False))


DELIVERY_TO_DESTINATION = (
    Pair(ORDER_SPECIFIC, ORDER_SPECIFIC, (YES_NO,)),
    Pair("DeliveryAddress_Name", "DeliveryAddressName", blank=BlankPolicy.KEEP),
    *address_to_destination("DeliveryAddress", "DeliveryAddress", state="StateId", county=""),
    Pair(None, "DeliveryAddressDescription", (Constant("Delivery"),)),
)


def requested(target: str, write: WritePolicy) -> Pair:
    """The pair of a requested date: the seller's, else so many days after the quote took effect."""
    dates = ("RequestedDeliveryDate", "EffectiveDate")
    return Pair(dates, target, (DateDefault("RequestedDeliveryDate"),), write=write, blank=BlankPolicy.KEEP)


def requested_date(shipping: str, receipt: str) -> Choice:
    """Shipping or receipt date: F&O wants both of a new row; afterwards it keeps the other one itself."""
    kept = (requested(shipping, WritePolicy.ON_CREATE), requested(receipt, WritePolicy.ALWAYS))
    return Choice(
        "requested_date",
        "Which date is the delivery date that a seller requests? The other one is written on create only.",
        "shipping",
        {"shipping": Option(), "receipt": Option(cds_to_destination=kept)},
    )


def has_address(will_call: str | None, *content: str | None) -> bool:
    """Whether there is an address to send; ``content`` are the columns CONTENT."""
    return will_call != "true" and any(map(_written, content))


def has_own_address(will_call: str | None, will_call_of_header: str | None, *columns: str | None) -> bool:
    """Whether a line goes elsewhere than its header.

    ``columns`` are CONTENT and the country, of the line and then of the header. Case and blanks make no
    difference, nor does a country that the line leaves out.
    """
    half = len(columns) // 2
    line, header = ([_written(column) for column in part] for part in (columns[:half], columns[half:]))
    if not has_address(will_call, *line[:-1]):
        return False
    if not has_address(will_call_of_header, *header[:-1]):
        return True
    return line[:-1] != header[:-1] or line[-1] not in ("", header[-1])


def _written(column: str | None) -> str:
    return " ".join((column or "").split()).casefold()
