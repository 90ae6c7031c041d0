from __future__ import annotations

from fractions import Fraction

from p2c_sandbox.generator.accounts import account
from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY
from p2c_sandbox.generator.contacts import FAULTS, contact, customer_of_quote, draw_contact
from p2c_sandbox.generator.size import Size

SIZE = Size(accounts=20, contacts=100, products=1, quotes=100, bad_share=Fraction(1, 5))
COMPANY = "_parentcustomerid_value"


def test_a_contact_is_of_a_good_account_and_of_its_business_unit() -> None:
    accounts = {
        row["accountid"]: row for n in range(SIZE.accounts) if SIZE.rank_of_bad(n) is None for row in [account(SIZE, n)]
    }
    contacts = [contact(SIZE, number) for number in range(SIZE.contacts)]
    of_accounts = [row for row in contacts if row.get(COMPANY)]
    assert len(of_accounts) > 60
    for row in of_accounts:
        assert row["_owningbusinessunit_value"] == accounts[row[COMPANY]]["_owningbusinessunit_value"]
    assert all(row["msdynce_iscompanyanaccount"] == bool(row.get(COMPANY)) for row in contacts)


def test_without_accounts_contacts_have_no_company() -> None:
    assert not any(contact(Size(contacts=20), number).get(COMPANY) for number in range(20))


def test_a_contact_that_is_customer_of_a_quote_is_an_active_customer() -> None:
    customers = {customer_of_quote(SIZE, number) for number in range(SIZE.quotes)} - {None}
    active = {number for number in range(SIZE.contacts) if contact(SIZE, number)["msdynce_isactivecustomer"]}
    assert customers == active
    assert len(active) > 5


def test_quotes_can_tell_a_contact_s_id_and_company() -> None:
    for number in range(SIZE.contacts):
        draw, of = draw_contact(SIZE, number)
        row = contact(SIZE, number)
        assert (draw.identifier, draw.company.team, of) == (row["contactid"], row["_ownerid_value"], row.get(COMPANY))


def test_bad_contacts_have_each_fault_in_turn() -> None:
    bad = [contact(SIZE, n) for n in range(SIZE.contacts) if SIZE.rank_of_bad(n) is not None][: len(FAULTS)]
    assert bad[0]["msdynce_contactnumber"] is None
    assert bad[1]["msdynce_contactnumber"] == bad[2]["msdynce_contactnumber"]
    assert bad[1]["_owningbusinessunit_value"] == bad[2]["_owningbusinessunit_value"]
    assert bad[3]["address1_country"] == UNKNOWN_COUNTRY
    assert len(bad[4]["lastname"]) == 50
