"""Generated quotes of Sales with their lines: of ten, five active, two drafts, one won, one lost, one revised.

The quote after a revised one is its revision: the same number, customer and lines, active.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from p2c_sandbox.generator.accounts import draw_account
from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY, address
from p2c_sandbox.generator.companies import LOOKUP_TABLE, Company
from p2c_sandbox.generator.contacts import customer_of_quote, draw_contact
from p2c_sandbox.generator.draw import Draw, counted
from p2c_sandbox.generator.quote_lines import quote_line, write_in
from p2c_sandbox.generator.size import Size
from p2c_sandbox.rules.sales.autonumbers import numbered
from p2c_sandbox.rules.sales.pricing import LINE_ITEM, quote_totals
from p2c_sandbox.settings import System

FAULTS = ("write-in line", "line without a number", "no lines", "unknown country")
"""What is wrong with bad quotes, in turn; all of them are active."""
ACTIVE, REVISED = (1, 2), (3, 7)
_STATES = (ACTIVE, (0, 1), ACTIVE, (2, 4), ACTIVE, ACTIVE, (0, 1), (3, 5), REVISED, ACTIVE)
_SHIP_TO, _WILL_CALL, _EFFECTIVE, _DELIVERY = 40, 5, 70, 90


@dataclass(frozen=True)
class _Customer:
    identifier: str
    table: str
    company: Company


def quote_rows(size: Size, number: int) -> Iterator[tuple[System, str, dict[str, Any]]]:
    """Quote `number` and its lines, by system and entity set."""
    state, revision = _state(size, number)
    draw = Draw(size.seed, "quotes", number - revision)
    customer = _customer(size, number - revision, draw)
    draw.company = customer.company
    quote = _header(draw, customer) | {
        "quotenumber": numbered("QUO", counted(number - revision)),
        "revisionnumber": revision,
        "statecode": state[0],
        "statuscode": state[1],
        "name": f"Order {counted(number)} of {draw.choice(draw.region().trades)}",
    }
    if revision:
        quote["quoteid"] = Draw(size.seed, "revisions", number).identifier
    lines = [quote_line(size, draw, quote, place) for place in range(size.lines_per_quote)]
    rank = size.rank_of_bad(number)
    if rank is not None:
        quote |= _fault(rank, draw, quote, lines)
    maintained = bool(lines) and not any(line["isproductoverridden"] for line in lines)
    quote |= quote_totals(quote, lines, LINE_ITEM)
    yield "sales", "quotes", quote | {"msdynce_hasexternallymaintainedproductsonly": maintained}
    for line in lines:
        yield "sales", "quotedetails", line | {"msdynce_quotehasexternallymaintainedproductsonly": maintained}


def _state(size: Size, number: int) -> tuple[tuple[int, int], int]:
    """The state of quote `number` and how many revisions it has had."""
    if size.rank_of_bad(number) is not None:
        return ACTIVE, 0
    state = _STATES[number % len(_STATES)]
    before = number > 0 and _STATES[(number - 1) % len(_STATES)] == REVISED
    if state == REVISED:
        has_next = number + 1 < size.quotes and size.rank_of_bad(number + 1) is None
        return (REVISED if has_next else ACTIVE), 0
    return state, int(before and size.rank_of_bad(number - 1) is None)


def _customer(size: Size, number: int, draw: Draw) -> _Customer:
    contact = customer_of_quote(size, number)
    if contact is None:
        of = draw_account(size, size.good(draw.randrange(size.accounts)))
        return _Customer(of.identifier, "account", of.company)
    person, _ = draw_contact(size, contact)
    return _Customer(person.identifier, "contact", person.company)


def _header(draw: Draw, customer: _Customer) -> dict[str, Any]:
    company = customer.company
    row = {
        "quoteid": draw.identifier,
        "_customerid_value": customer.identifier,
        f"_customerid_value@{LOOKUP_TABLE}": customer.table,
        f"{customer.table}id": customer.identifier,
        "_transactioncurrencyid_value": company.currency,
        "_pricelevelid_value": company.price_list,
        "quotecreationmethod": 776160000,
        "skippricecalculation": 0,
        "willcall": draw.share(_WILL_CALL),
        **company.owner(),
        **draw.times(),
    }
    if draw.share(_EFFECTIVE):
        row["effectivefrom"] = draw.user_day()
    if draw.share(_DELIVERY):
        row["requestdeliveryby"] = draw.user_day()
    return row | address(draw, draw.region(), "shipto") if draw.share(_SHIP_TO) else row


def _fault(rank: int, draw: Draw, quote: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    fault = FAULTS[rank % len(FAULTS)]
    if fault == "unknown country":
        return address(draw, draw.region(), "shipto") | {"shipto_country": UNKNOWN_COUNTRY, "willcall": False}
    if fault == "no lines":
        lines.clear()
    elif fault == "write-in line":
        lines.append(write_in(draw, quote, len(lines), Decimal(draw.randrange(1, 1_000))))
    elif lines:
        lines[-1]["sequencenumber"] = None
    return {}
