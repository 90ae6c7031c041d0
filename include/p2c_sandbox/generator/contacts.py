"""Generated contacts of Sales: nine in ten of an account, one in ten of no company."""

from __future__ import annotations

from typing import Any

from p2c_sandbox.generator.accounts import draw_account
from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY, address
from p2c_sandbox.generator.companies import LOOKUP_TABLE, companies
from p2c_sandbox.generator.draw import Draw, counted
from p2c_sandbox.generator.size import Size
from p2c_sandbox.rules.sales.autonumbers import numbered

TWICE = "number twice"
FAULTS = ("no number", TWICE, TWICE, "unknown country", "name too long")
"""What is wrong with bad contacts, in turn; two in a row share one number."""
QUOTES_A_CONTACT_QUOTE = 10
"""One quote in so many has a contact as its customer, the contacts taking turns."""
CONTACT_QUOTE = 4
"""Which of them."""
_TITLES = ("Purchasing manager", "Buyer", "Owner", "Einkaufsleiter", "Pirkimų vadovas")
_LONG_NAME = 50
_WITH_COMPANY = 90


def draw_contact(size: Size, number: int) -> tuple[Draw, str | None]:
    """The draw of a contact, which knows its id and company, and the id of its account if it has one."""
    draw = Draw(size.seed, "contacts", number)
    rank = size.rank_of_bad(number)
    if rank is not None and FAULTS[rank % len(FAULTS)] == TWICE:
        draw.company = companies()[rank // len(FAULTS) % len(companies())]
        return draw, None
    if not size.accounts or not draw.share(_WITH_COMPANY):
        return draw, None
    of = draw_account(size, size.good(draw.randrange(size.accounts)))
    draw.company = of.company
    return draw, of.identifier


def customer_of_quote(size: Size, number: int) -> int | None:
    """The contact that is the customer of quote `number`, None where an account is."""
    turn, place = divmod(number, QUOTES_A_CONTACT_QUOTE)
    if place != CONTACT_QUOTE or not size.contacts:
        return None
    contact = turn % size.contacts
    return None if size.rank_of_bad(contact) is not None else contact


def contact(size: Size, number: int) -> dict[str, Any]:
    """Contact `number`."""
    draw, account = draw_contact(size, number)
    region = draw.region()
    first, last = draw.choice(region.given_names), draw.choice(region.family_names)
    row = {
        "contactid": draw.identifier,
        "msdynce_contactnumber": numbered("CON", counted(number)),
        "firstname": first,
        "lastname": last,
        "fullname": f"{first} {last}",
        "jobtitle": draw.choice(_TITLES),
        "emailaddress1": f"person{number}@example.com",
        "customertypecode": 1,
        "statecode": 0,
        "statuscode": 1,
        "_transactioncurrencyid_value": draw.company.currency,
        "msdynce_iscompanyanaccount": account is not None,
        "msdynce_isactivecustomer": _is_customer(size, number),
        **draw.company.owner(),
        **address(draw, region, "address1"),
        **draw.times(),
    }
    if account is not None:
        row |= {"_parentcustomerid_value": account, f"_parentcustomerid_value@{LOOKUP_TABLE}": "account"}
    rank = size.rank_of_bad(number)
    return row if rank is None else row | _fault(rank, row)


def _is_customer(size: Size, number: int) -> bool:
    first_quote = number * QUOTES_A_CONTACT_QUOTE + CONTACT_QUOTE
    return first_quote < size.quotes and size.rank_of_bad(number) is None


def _fault(rank: int, row: dict[str, Any]) -> dict[str, Any]:
    cycle, place = divmod(rank, len(FAULTS))
    long_name = f"{row['lastname']}-".ljust(_LONG_NAME, "x")
    changes: dict[str, dict[str, Any]] = {
        "no number": {"msdynce_contactnumber": None},
        TWICE: {"msdynce_contactnumber": f"CON-TWICE-{cycle:05}"},
        "unknown country": {"address1_country": UNKNOWN_COUNTRY},
        "name too long": {"lastname": long_name, "fullname": f"{row['firstname']} {long_name}"},
    }
    return changes[FAULTS[place]]
