from __future__ import annotations

import pytest

from p2c_airflow.local.seller import Seller
from p2c_airflow.local.systems import Row, Systems


@pytest.fixture
def seller(systems: Systems) -> Seller:
    return Seller(systems, "Contoso USA")


@pytest.fixture
def draft(seller: Seller) -> Row:
    account = seller.enter_account("NEW-1", "New")
    return seller.draft_quote("Draft", f"/accounts({account['accountid']})", {"D0001": 2, "D0002": 1})


def stored(systems: Systems, quote: Row) -> Row:
    [row] = systems.sales_rows(f"quotes?$filter=quoteid eq {quote['quoteid']}")
    return row


def test_an_account_belongs_to_the_business_unit(systems: Systems, seller: Seller) -> None:
    account = seller.enter_account("NEW-1", "New")
    [unit] = systems.sales_rows("businessunits?$filter=name eq 'Contoso USA'")
    assert account["_owningbusinessunit_value"] == unit["businessunitid"]


def test_a_contact_gets_a_number_and_its_company(seller: Seller) -> None:
    account = seller.enter_account("NEW-1", "New")
    contact = seller.enter_contact(account, "Robin", "Counsel")
    assert contact["msdynce_contactnumber"]
    assert contact["_parentcustomerid_value"] == account["accountid"]


def test_a_draft_has_a_line_for_each_product(seller: Seller, draft: Row) -> None:
    assert [(line["productnumber"], line["quantity"]) for line in seller.lines(draft)] == [("D0001", 2), ("D0002", 1)]


def test_a_quote_of_a_contact_makes_it_an_active_customer(systems: Systems, seller: Seller) -> None:
    contact = seller.enter_contact(seller.enter_account("NEW-1", "New"), "Robin", "Counsel")
    seller.draft_quote("Order", f"/contacts({contact['contactid']})", {"D0002": 1})
    [row] = systems.sales_rows(f"contacts?$filter=contactid eq {contact['contactid']}")
    assert row["msdynce_isactivecustomer"]


def test_a_draft_is_activated_and_won(systems: Systems, seller: Seller, draft: Row) -> None:
    seller.activate(draft)
    assert stored(systems, draft)["statecode"] == 1
    seller.win(draft)
    assert stored(systems, draft)["statecode"] == 2


def test_a_revision_is_a_draft_whose_lines_can_be_removed(systems: Systems, seller: Seller, draft: Row) -> None:
    seller.activate(draft)
    revision = seller.revise(draft)
    seller.remove_line(seller.lines(revision)[0])
    assert [line["productnumber"] for line in seller.lines(revision)] == ["D0002"]
    assert (revision["quotenumber"], revision["revisionnumber"]) == (draft["quotenumber"], 1)
    assert stored(systems, draft)["statecode"] == 3


def test_an_account_changes(systems: Systems, seller: Seller) -> None:
    account = seller.enter_account("NEW-1", "New")
    seller.change_account(account, telephone1="1")
    [row] = systems.sales_rows("accounts?$filter=accountnumber eq 'NEW-1'")
    assert row["telephone1"] == "1"
