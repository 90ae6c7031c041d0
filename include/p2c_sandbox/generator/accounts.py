"""Generated accounts of Sales."""

from __future__ import annotations

from typing import Any

from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY, UNKNOWN_STATE, address
from p2c_sandbox.generator.companies import companies
from p2c_sandbox.generator.draw import Draw, counted
from p2c_sandbox.generator.regions import Region
from p2c_sandbox.generator.size import Size
from p2c_sandbox.rules.sales.autonumbers import numbered

TWICE = "number twice"
FAULTS = ("no number", TWICE, TWICE, "unknown country", "unknown state", "name too long")
"""What is wrong with bad accounts, in turn; two in a row share one number."""
_LONG_NAME = 160


def draw_account(size: Size, number: int) -> Draw:
    """The draw of an account, which knows its id and company."""
    draw = Draw(size.seed, "accounts", number)
    rank = size.rank_of_bad(number)
    if rank is not None and FAULTS[rank % len(FAULTS)] == TWICE:
        draw.company = companies()[rank // len(FAULTS) % len(companies())]
    return draw


def account(size: Size, number: int) -> dict[str, Any]:
    """Account `number`."""
    draw = draw_account(size, number)
    region, company = draw.region(), draw.company
    row = {
        "accountid": draw.identifier,
        "accountnumber": numbered("ACC", counted(number)),
        "name": _name(draw, region, number),
        "customertypecode": 3,
        "statecode": 0,
        "statuscode": 1,
        "_transactioncurrencyid_value": company.currency,
        "telephone1": f"+1 555 {draw.randrange(10**7):07}",
        "emailaddress1": f"office{number}@example.com",
        "numberofemployees": draw.randrange(1, 10_000),
        **company.owner(),
        **address(draw, region, "address1"),
        **draw.times(),
    }
    rank = size.rank_of_bad(number)
    return row if rank is None else row | _fault(rank, row)


def _name(draw: Draw, region: Region, number: int) -> str:
    return f"{draw.choice(region.companies)} {draw.choice(region.trades)} {counted(number)}"


def _fault(rank: int, row: dict[str, Any]) -> dict[str, Any]:
    cycle, place = divmod(rank, len(FAULTS))
    changes: dict[str, dict[str, Any]] = {
        "no number": {"accountnumber": None},
        TWICE: {"accountnumber": f"ACC-TWICE-{cycle:05}"},
        "unknown country": {"address1_country": UNKNOWN_COUNTRY},
        "unknown state": {"address1_country": "US", "address1_stateorprovince": UNKNOWN_STATE},
        "name too long": {"name": f"{row['name']} ".ljust(_LONG_NAME, "x")},
    }
    return changes[FAULTS[place]]
