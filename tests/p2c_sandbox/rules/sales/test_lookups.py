from __future__ import annotations

from pathlib import Path

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.lookups import linked, lookup, rows_with, target_table, with_currency
from p2c_sandbox.store import Store


def test_a_lookup_leads_to_its_row(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        context = Context(transaction)
        transaction.insert("sales", "accounts", "a1", {"accountid": "a1", "name": "Litware"})
        row = linked(context, "accounts", {"_customerid_value": "A1"}, "_customerid_value")
        assert row is not None
        assert row.values["name"] == "Litware"
        assert linked(context, "accounts", {"_customerid_value": None}, "_customerid_value") is None
        assert [found.key for found in rows_with(context, "accounts", "name", "LITWARE")] == ["a1"]


def test_the_table_of_a_lookup_goes_with_it() -> None:
    values = lookup("_customerid_value", "a1", "account")
    assert target_table(values, "_customerid_value") == "account"
    assert target_table(lookup("_customerid_value", None, "account"), "_customerid_value") is None


def test_an_environment_without_a_row_has_no_base_currency(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        assert with_currency(Context(transaction), {}) == {}
