from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.flow import Condition
from p2c.flows.accounts import ACCOUNTS


@pytest.mark.parametrize(
    ("part", "name", "message"),
    [
        ("entity_set", "account", "accounts.source.entity_set: Sales: Unknown entity set 'account'; did you mean"),
        ("key", "accountnr", "accounts.source.key: Sales: Unknown field of accounts 'accountnr'; did you mean"),
        ("id", "accountnumber", "accounts.source.id: 'accountnumber' is not the key; it is accountid."),
        ("version", "modifiedon", "accounts.source.version: modifiedon is datetime, but has to be integer."),
        ("modified", "versionnumber", "accounts.source.modified: versionnumber is integer, but has to be datetime."),
        ("business_unit", "owningunit", "accounts.source.business_unit: Sales: Unknown field of accounts 'owningunit'"),
        (
            "business_unit",
            "_parentaccountid_value",
            "accounts.source.business_unit: _parentaccountid_value points to account, not to a business unit.",
        ),
    ],
)
def test_a_wrong_part_of_the_source_is_reported(errors, part: str, name: str, message: str) -> None:
    found = errors(replace(ACCOUNTS, source=replace(ACCOUNTS.source, **{part: name})))
    assert any(error.startswith(message) for error in found), found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Condition("statcode", "x", ("0",)), "Unknown field of accounts 'statcode'; did you mean"),
        (Condition("statecode", "x", ("5",)), "Unknown option of statecode '5'; known: 0 (Active), 1 (Inactive)."),
        (Condition("numberofemployees", "x", ("many",)), "numberofemployees: 'many' is not a number."),
        (Condition("accountnumber", "x", ("9" * 21,)), "accountnumber holds 20 characters"),
    ],
)
def test_a_wrong_condition_of_the_scope_is_reported(errors, condition: Condition, message: str) -> None:
    found = errors(replace(ACCOUNTS, scope=(condition,)))
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith(f"accounts.scope: {condition.field}: ")


def test_a_condition_through_a_lookup_is_checked_there(errors) -> None:
    condition = Condition("transactioncurrencyid.isocurrencycode", "x", ("EUR",))
    assert errors(replace(ACCOUNTS, scope=(condition,))) == []


def test_a_yes_or_no_is_compared_as_the_wire_shows_it(errors) -> None:
    source = replace(ACCOUNTS.source, entity_set="quotedetails")
    condition = Condition("isproductoverridden", "x", ("false", ""))
    found = errors(replace(ACCOUNTS, source=source, scope=(condition,)))
    assert not any("option of isproductoverridden" in error for error in found)
