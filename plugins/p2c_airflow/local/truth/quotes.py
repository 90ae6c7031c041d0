"""Quotations with their lines in F&O, from quotes of Sales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from p2c_airflow.local.truth.addresses import address, looked_up
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Code, Row, Value, Wanted, text

DRAFT, _, WON, CLOSED = range(4)
HEADERS, LINES = "CDSSalesQuotationHeaders", "CDSSalesQuotationLines"
#: What F&O holds of a quotation's name and of the customer's reference.
NAME, REFERENCE = 60, 60
SHIP_TO = tuple(
    f"shipto_{part}" for part in ("line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country")
)


def wanted(snapshot: Snapshot, organization: str) -> Iterator[Wanted]:
    """A quotation for the highest revision of a quote that has been active, of products that come from F&O alone."""
    quotes = [row for row in snapshot.quotes(organization) if row["statecode"] != DRAFT]
    quotes.sort(key=lambda row: (row["quotenumber"], row["revisionnumber"]))
    for _, revisions in groupby(quotes, key=lambda row: str(row["quotenumber"])):
        *_, latest = revisions
        if latest["msdynce_hasexternallymaintainedproductsonly"] and snapshot.customer(latest):
            yield _quotation(snapshot, organization, latest)


def _quotation(snapshot: Snapshot, organization: str, quote: Row) -> Wanted:
    number, customer = str(quote["quotenumber"]), snapshot.customer(quote)
    lines = snapshot.lines(quote["quoteid"])
    fields: dict[str, Value] = {
        "RequestingCustomerAccountNumber": Code(
            text(customer.get("accountnumber") or customer.get("msdynce_contactnumber"))
        ),
        "SalesQuotationName": text(quote["name"])[:NAME],
        "CustomersReference": text(quote["description"])[:REFERENCE],
        "CurrencyCode": snapshot.currency(quote),
        "RequestedShippingDate": _requested(snapshot, organization, quote, quote),
        "DeliveryAddressName": text(quote["shipto_name"] or customer.get("name") or customer.get("fullname")),
        **_delivery(snapshot, organization, "quotes", {} if quote["willcall"] else quote),
    }
    return Wanted(
        quote["quoteid"],
        HEADERS,
        {"SalesQuotationNumber": number},
        fields,
        kept=quote["statecode"] == CLOSED,
        lines_set=LINES,
        lines=tuple(_line(snapshot, organization, quote, line, line_number) for line, line_number in _numbered(lines)),
    )


def _line(snapshot: Snapshot, organization: str, quote: Row, line: Row, number: int) -> Wanted:
    quantity = Decimal(line["quantity"])
    discount = Decimal(line["manualdiscountamount"] or 0) + Decimal(line["volumediscountamount"] or 0) * quantity
    fields: dict[str, Value] = {
        "ProductNumber": Code(line["productnumber"]),
        "RequestedSalesQuantity": quantity,
        "SalesUnitSymbol": looked_up(snapshot.site.value_maps["sales_unit"], snapshot.unit(line["_uomid_value"])),
        "SalesPrice": Decimal(line["priceperunit"]),
        "SalesPriceQuantity": Decimal(1),
        "TotalDiscountAmount": discount,
        "RequestedShippingDate": _requested(snapshot, organization, line, quote),
        **_delivery(snapshot, organization, "quote_lines", line if _goes_elsewhere(line, quote) else {}),
    }
    if line["description"]:
        fields["LineDescription"] = text(line["description"])
    key: dict[str, Value] = {
        "SalesQuotationNumber": quote["quotenumber"],
        "LineCreationSequenceNumber": Decimal(number),
    }
    return Wanted(line["quotedetailid"], LINES, key, fields)


def _delivery(snapshot: Snapshot, organization: str, flow: str, row: Row) -> dict[str, Value]:
    """The address of a quotation or line; none for an empty ship-to address, which the customer's stands for."""
    default = snapshot.site.defaults(organization, flow)["DeliveryAddressCountryRegionISOCode"]
    fields = address(row, "shipto", "DeliveryAddress", default, snapshot.site, state="StateId", county="")
    return {**fields, "IsDeliveryAddressOrderSpecific": "Yes" if fields else "No"}


def _goes_elsewhere(line: Row, quote: Row) -> bool:
    own, header = ([text(row[name]).strip().casefold() for name in SHIP_TO] for row in (line, quote))
    if line["willcall"] or not any(own[:-1]):
        return False
    return quote["willcall"] or own[:-1] != header[:-1] or own[-1] not in ("", header[-1])


def _requested(snapshot: Snapshot, organization: str, row: Row, quote: Row) -> date:
    """The requested day, else the set number of days after the quote takes effect."""
    zone = ZoneInfo(snapshot.site.organization(organization).time_zone)
    if asked := row["requestdeliveryby"] or quote["requestdeliveryby"]:
        return _day(asked, zone)
    days = int(snapshot.site.defaults(organization, "quotes")["RequestedDeliveryDate"])
    return _day(quote["effectivefrom"] or quote["createdon"], zone) + timedelta(days=days)


def _day(instant: str, zone: ZoneInfo) -> date:
    """The user's day, which Sales keeps as the instant of its midnight."""
    return datetime.fromisoformat(instant).astimezone(zone).date()


def _numbered(lines: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """The lines with their numbers: their own, or the next free one where that is blank or repeated."""
    own = [line["sequencenumber"] for line in lines]
    ordered = sorted(lines, key=lambda line: (line["lineitemnumber"] or 0, line["createdon"], line["quotedetailid"]))
    following = max((number for number in own if number), default=0)
    for line in ordered:
        number = line["sequencenumber"]
        if not number or own.count(number) > 1:
            following += 1
            number = following
        yield line, int(number)
