"""What people change in both systems between two runs, through the systems' own APIs, and what has to come of it.

It can be done again and again: each time there is another account, another price, another quote. The contact who turns
customer and the draft that is activated are those which the changes before entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from p2c_airflow.local.organizations import CHANGED
from p2c_airflow.local.seller import Seller
from p2c_airflow.local.systems import Row, Systems

BUSINESS_UNIT = "Contoso USA"
PREFIX = "DEMO-"
CHANGED_ACCOUNT = "US-002"
REVISED_QUOTE = "QUO-01000-UZNVYQ"
FIRST_CUSTOMER = "CON-01010-LAXV9M"
FIRST_DRAFT = "QUO-01008-M0L6OB"
REPRICED_ITEM = "D0003"
DRAFT = 0
SPEAKER, CABINET, CABLE = "D0001", "D0002", "A0001"


@dataclass(frozen=True)
class Change:
    """One change, and the rows of that organization that have to be written for it: flow and integration key."""

    system: str
    text: str
    written: tuple[tuple[str, str], ...] = ()


def make_changes(systems: Systems) -> Iterator[Change]:
    """Change rows on both sides; each change is told once it is made."""
    seller = Seller(systems, BUSINESS_UNIT)
    customer, draft = _contact_to_turn(systems), _draft_to_activate(systems)
    yield from _enter_account(systems, seller)
    yield _change_telephone(systems, seller)
    yield _turn_customer(seller, customer)
    yield _activate(seller, draft)
    yield _revise(systems, seller)
    yield _change_price(systems)


def _enter_account(systems: Systems, seller: Seller) -> Iterator[Change]:
    count = 1 + len(systems.sales_rows(f"accounts?$filter=startswith(accountnumber,'{PREFIX}')"))
    number, name = f"{PREFIX}{count:05}", f"Harbor Traders {count}"
    account = seller.enter_account(number, name)
    yield Change("Sales", f"new account {number} {name}", (("accounts", number),))
    contact = seller.enter_contact(account, "Robin", f"Counsel {count}")
    key = str(contact["msdynce_contactnumber"])
    yield Change("Sales", f"new contact {key} {contact['fullname']} of {number}", (("contacts", key),))
    quote = seller.draft_quote(f"Draft {count}", f"/accounts({account['accountid']})", {SPEAKER: count, CABINET: 2})
    yield Change("Sales", f"new quote {quote['quotenumber']} for {number}, a draft: nothing to write yet")


def _change_telephone(systems: Systems, seller: Seller) -> Change:
    account = _only(systems, f"accounts?$filter=accountnumber eq '{CHANGED_ACCOUNT}'")
    number = "206-555-0177" if account["telephone1"] != "206-555-0177" else "206-555-0188"
    seller.change_account(account, telephone1=number)
    return Change("Sales", f"account {CHANGED_ACCOUNT} has another telephone", (("accounts", CHANGED_ACCOUNT),))


def _turn_customer(seller: Seller, contact: Row) -> Change:
    name, key = contact["fullname"], str(contact["msdynce_contactnumber"])
    quote = seller.draft_quote(f"Order of {name}", f"/contacts({contact['contactid']})", {CABINET: 1})
    seller.activate(quote)
    seller.win(quote)
    number = str(quote["quotenumber"])
    text = f"contact {key} {name} turns customer: quote {number}, activated and won between two runs"
    return Change("Sales", text, (("contacts", key), ("contacts_to_customers", key), ("quotes", number)))


def _activate(seller: Seller, quote: Row) -> Change:
    seller.activate(quote)
    number = str(quote["quotenumber"])
    return Change("Sales", f"quote {number} is activated", (("quotes", number),))


def _revise(systems: Systems, seller: Seller) -> Change:
    latest = systems.sales_rows(f"quotes?$filter=quotenumber eq '{REVISED_QUOTE}'&$orderby=revisionnumber desc")[0]
    draft = latest if latest["statecode"] == DRAFT else seller.revise(latest)
    removed, *kept = seller.lines(draft)
    seller.remove_line(removed)
    others = {line["productnumber"] for line in (removed, *kept)}
    added = next(product for product in (CABLE, CABINET, SPEAKER, REPRICED_ITEM) if product not in others)
    seller.add_line(draft, added, 2)
    seller.activate(draft)
    text = f"quote {REVISED_QUOTE} is revised: its line of {removed['productnumber']} removed, one of {added} added"
    return Change("Sales", text, (("quotes", REVISED_QUOTE),))


def _change_price(systems: Systems) -> Change:
    items = systems.finance_rows("ReleasedProductsV2", CHANGED)
    before = next(Decimal(row["SalesPrice"]) for row in items if row["ItemNumber"] == REPRICED_ITEM)
    after = before + 1
    path = f"ReleasedProductsV2(dataAreaId='{CHANGED}',ItemNumber='{REPRICED_ITEM}')"
    systems.write_finance("PATCH", path, {"SalesPrice": float(after)})
    written = (("products", REPRICED_ITEM), ("price_list_items", REPRICED_ITEM))
    return Change("F&O", f"price of {REPRICED_ITEM} in {CHANGED}: {before} becomes {after}", written)


def _contact_to_turn(systems: Systems) -> Row:
    """The contact entered last who is no customer yet; at first the one of the demo data."""
    query = "contacts?$filter=msdynce_isactivecustomer eq false and firstname eq 'Robin'&$orderby=createdon desc"
    entered = systems.sales_rows(query)
    return entered[0] if entered else _only(systems, f"contacts?$filter=msdynce_contactnumber eq '{FIRST_CUSTOMER}'")


def _draft_to_activate(systems: Systems) -> Row:
    """The draft written last for an account of these changes; at first the one of the demo data."""
    drafts = systems.sales_rows("quotes?$filter=statecode eq 0 and startswith(name,'Draft ')")
    own = [row for row in drafts if row["name"].removeprefix("Draft ").isdecimal()]
    if own:
        return max(own, key=itemgetter("createdon"))
    return _only(systems, f"quotes?$filter=quotenumber eq '{FIRST_DRAFT}'")


def _only(systems: Systems, query: str) -> Row:
    [row] = systems.sales_rows(query)
    return row
