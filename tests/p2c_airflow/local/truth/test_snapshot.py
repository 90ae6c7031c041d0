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
