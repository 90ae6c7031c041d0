from __future__ import annotations

from p2c_airflow.local.truth.snapshot import Snapshot


def test_accounts_are_those_of_the_organizations_business_units(snapshot: Snapshot) -> None:
    assert {row["accountnumber"] for row in snapshot.accounts("glco")} == {"GL-001", "GL-002", "GL-003"}


def test_a_contact_belongs_where_its_company_does(snapshot: Snapshot) -> None:
    of_usmf = {row["fullname"] for row in snapshot.contacts("usmf")}
    assert "Thomas Andersen (sample)" in of_usmf
    assert "Old Miller" not in of_usmf


def test_rows_are_read_once(snapshot: Snapshot) -> None:
    assert snapshot.sales("accounts") is snapshot.sales("accounts")


def test_an_account_is_found_by_its_id(snapshot: Snapshot) -> None:
    row = next(snapshot.accounts("demf"))
    assert snapshot.account(row["accountid"]) == row
    assert snapshot.account(None) is None


def test_a_quote_belongs_where_its_customer_does(snapshot: Snapshot) -> None:
    assert {str(row["quotenumber"])[:9] for row in snapshot.quotes("demf")} >= {"QUO-01012", "QUO-01026"}


def test_a_quote_has_its_lines_currency_and_customer(snapshot: Snapshot) -> None:
    quote = next(row for row in snapshot.quotes("usmf") if str(row["quotenumber"]).startswith("QUO-01000"))
    assert {line["productnumber"] for line in snapshot.lines(quote["quoteid"])} == {"D0001", "D0002"}
    assert snapshot.currency(quote) == "USD"
    assert snapshot.customer(quote)["accountnumber"] == "ACC-01000-BVRCPS"


def test_a_customer_without_a_number_is_none(snapshot: Snapshot) -> None:
    quote = next(row for row in snapshot.quotes("usmf") if str(row["quotenumber"]).startswith("QUO-01025"))
    assert snapshot.customer(quote) == {}


def test_a_unit_is_named_with_its_group(snapshot: Snapshot) -> None:
    line = snapshot.lines(next(snapshot.quotes("usmf"))["quoteid"])[0]
    assert snapshot.unit(line["_uomid_value"]) == "Default Unit/Each"


def test_a_variant_has_the_item_of_its_master(snapshot: Snapshot) -> None:
    assert snapshot.item("usmf", "T0004 : : Black")["ItemNumber"] == "T0004"
