from __future__ import annotations

from p2c.systems.odata.query import Query


def test_fields_filter_and_order_become_query_options() -> None:
    query = Query(
        entity_set="accounts", fields=("accountid", "name"), filter="statecode eq 0", order_by=("name", "accountid")
    )
    assert query.parameters() == {
        "$select": "accountid,name",
        "$filter": "statecode eq 0",
        "$orderby": "name,accountid",
    }


def test_columns_read_through_a_lookup_are_expanded_together() -> None:
    fields = ("accountid", "transactioncurrencyid.isocurrencycode", "transactioncurrencyid.currencyname", "owner.name")
    assert Query(entity_set="accounts", fields=fields).parameters() == {
        "$select": "accountid",
        "$expand": "transactioncurrencyid($select=isocurrencycode,currencyname),owner($select=name)",
    }


def test_a_lookup_behind_a_lookup_is_expanded_within_it() -> None:
    fields = ("quoteid", "uomid.name", "uomid.uomscheduleid.name", "contact.account.unit")
    assert Query(entity_set="quotedetails", fields=fields).parameters() == {
        "$select": "quoteid",
        "$expand": "uomid($select=name;$expand=uomscheduleid($select=name)),contact($expand=account($select=unit))",
    }
