from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import p2c_metadata
from p2c_sandbox.query import (
    Expand,
    QueryError,
    Scope,
    ordered,
    parse_count,
    parse_expand,
    parse_filter,
    parse_number,
    parse_orderby,
    parse_select,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
SALES = p2c_metadata.load("sales")
FINANCE = p2c_metadata.load("finance_operations")
ACCOUNTS = Scope("dataverse", SALES.entity_set("accounts"), SALES, now=lambda: NOON)
CUSTOMERS = Scope("finance_operations", FINANCE.entity_set("CustomersV3"), FINANCE)
FORTH = "89390c24-9c72-e511-80d4-00155d2a68d1"
ACCOUNT: dict[str, Any] = {
    "accountid": FORTH,
    "name": "Fourth Coffee (sample)",
    "accountnumber": "ACC-01000",
    "statecode": 0,
    "creditlimit": Decimal("100.00"),
    "donotbulkemail": False,
    "modifiedon": "2026-03-05T10:00:00Z",
    "description": None,
    "address1_city": "Renton",
    "primarycontactid": {"fullname": "Yvonne McKay (sample)"},
}
CUSTOMER: dict[str, Any] = {
    "dataAreaId": "usmf",
    "CustomerAccount": "US-001",
    "OrganizationName": "Contoso Retail San Diego",
    "OnHoldStatus": "No",
    "CreditLimit": Decimal(500000),
}


def accepts(scope: Scope, text: str, row: dict[str, Any]) -> bool:
    return parse_filter(text, scope)(row)


@pytest.mark.parametrize(
    "text",
    [
        "name eq 'FOURTH coffee (sample)'",
        "name eq 'Fourth Coffee (sample)  '",
        "name ne 'x' and description eq null",
        "description ne 'x'",
        "not (statecode eq 1)",
        "statecode eq 1 or statecode eq 0 and creditlimit eq 100",
        "creditlimit ge 99.99 and creditlimit lt 100.01",
        "donotbulkemail eq false",
        "modifiedon ge 2026-03-05T12:00:00+02:00 and modifiedon lt 2026-03-05T10:00:01Z",
        "modifiedon gt 2026-03-05",
        f"accountid eq {FORTH.upper()}",
        f"accountid eq '{FORTH}'",
        "contains(name,'coffee')",
        "startswith(name,'fourth') and endswith(name,')')",
        "contains(name,'fo_rth')",
        "not contains(name,'tea')",
        "primarycontactid/fullname eq 'yvonne mckay (sample)'",
        'Microsoft.Dynamics.CRM.In(PropertyName=\'accountnumber\',PropertyValues=["x","acc-01000"])',
        "Microsoft.Dynamics.CRM.NotIn(PropertyName='statecode',PropertyValues=[\"1\"])",
        'Microsoft.Dynamics.CRM.Between(PropertyName=\'creditlimit\',PropertyValues=["1","100"])',
        "Microsoft.Dynamics.CRM.On(PropertyName='modifiedon',PropertyValue='2026-03-05')",
        "Microsoft.Dynamics.CRM.LastXHours(PropertyName='modifiedon',PropertyValue=3)",
        "Microsoft.Dynamics.CRM.Today(PropertyName='modifiedon')",
        "((((name eq name))))",
    ],
)
def test_a_dataverse_filter_accepts_the_row(text: str) -> None:
    assert accepts(ACCOUNTS, text, ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [
        "description gt 'a'",
        "description lt 'a'",
        "name eq null",
        "contains(description,'x')",
        "Microsoft.Dynamics.CRM.LastXHours(PropertyName='modifiedon',PropertyValue=1)",
        "Microsoft.Dynamics.CRM.Yesterday(PropertyName='modifiedon')",
        "parentaccountid/name eq 'x'",
        "name eq 'Fourth*'",
    ],
)
def test_a_dataverse_filter_refuses_the_row(text: str) -> None:
    assert not accepts(ACCOUNTS, text, ACCOUNT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nam eq 'x'", "Could not find a property named 'nam' on type 'Microsoft.Dynamics.CRM.account'."),
        ("primarycontactid/nam eq 'x'", "'nam' on type 'Microsoft.Dynamics.CRM.contact'"),
        ("ownerid/name eq 'x'", "not kept here"),
        ("name eq 1", "'Edm.String' and 'Edm.Decimal' for operator kind 'Equal'"),
        ("statecode gt 'x'", "operator kind 'GreaterThan'"),
        ("name", "must evaluate to a single boolean"),
        ("name eq", "Syntax error at position 7"),
        ("name eq 'x' name", "Syntax error"),
        ("(name eq 'x'", "Syntax error"),
        ("name in ('x')", "'in' is not supported"),
        ("tolower(name) eq 'x'", "unknown function with name 'tolower'"),
        ("creditlimit add 1 eq 2", "'add' is not supported"),
        ("contacts/any(c:c/name eq 'x')", "lambda"),
        ("contains(name,name)", "string literal"),
        ("name eq @p", "alias '@p' has no value"),
        ("name and name", "needs boolean expressions"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='x',PropertyValues=[\"a\"])", "Could not find a property named 'x'"),
        ('Microsoft.Dynamics.CRM.In(PropertyValues=["a"])', "needs PropertyName"),
        ("Microsoft.Dynamics.CRM.Under(PropertyName='name',PropertyValue='a')", "Under' is not supported"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValue='x')", "does not suit"),
        ("(" * 500 + "name eq 'x'" + ")" * 500, "nests deeper than 60"),
        ("not " * 5000 + "name eq 'x'", "nests deeper than 60"),
    ],
)
def test_a_filter_that_means_nothing_says_why(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_filter(text, ACCOUNTS)
    assert message in str(caught.value)


def test_a_parameter_alias_stands_for_its_value() -> None:
    scope = Scope("dataverse", ACCOUNTS.entity, SALES, aliases={"@p": "'acc-01000'"})
    assert accepts(scope, "accountnumber eq @p", ACCOUNT)


def test_an_alias_of_itself_is_refused() -> None:
    scope = Scope("dataverse", ACCOUNTS.entity, SALES, aliases={"@p": "@p"})
    with pytest.raises(QueryError, match="nests deeper"):
        parse_filter("accountnumber eq @p", scope)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'", True),
        ("OnHoldStatus ne Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'", False),
        ("OrganizationName eq '*retail*'", True),
        ("OrganizationName ne 'contoso*'", False),
        ("CustomerAccount eq 'US-0**'", True),
        ("dataAreaId eq 'USMF' and CustomerAccount gt 'US-000'", True),
        ("CreditLimit div 2 eq 250000", True),
        ("CreditLimit div 0 eq 1", False),
    ],
)
def test_a_finance_and_operations_filter_reads_enumerations_and_wildcards(text: str, accepted: bool) -> None:
    assert accepts(CUSTOMERS, text, CUSTOMER) is accepted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("OnHoldStatus gt Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'", "only eq and ne"),
        ("OnHoldStatus eq 'No'", "incompatible types"),
        ("OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'Maybe'", "not a valid enumeration"),
        ("OnHoldStatus has Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'", "'has' is not supported"),
        ("contains(OrganizationName,'x')", "unknown function with name 'contains'"),
        ("customeraccount eq 'x'", "named 'customeraccount'"),
    ],
)
def test_finance_and_operations_refuses_what_it_does_not_support(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_filter(text, CUSTOMERS)
    assert message in str(caught.value)


def test_a_filter_tells_the_span_of_time_it_can_accept() -> None:
    found = parse_filter("modifiedon ge 2026-03-05 and modifiedon lt 2026-03-06 and statecode eq 0", ACCOUNTS)
    assert found.span("modifiedon") == (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    assert parse_filter("modifiedon ge 2026-03-05 or statecode eq 0", ACCOUNTS).span("modifiedon") == (None, None)
    moment = parse_filter("modifiedon le 2026-03-05T12:00:00Z", ACCOUNTS)
    assert moment.span("modifiedon") == (None, NOON + timedelta(seconds=1))


def test_a_filter_tells_the_text_a_property_must_have() -> None:
    found = parse_filter(f"statecode eq 0 and accountid eq {FORTH}", ACCOUNTS)
    assert found.equality() == ("accountid", FORTH)
    assert parse_filter("statecode eq 0", ACCOUNTS).equality() is None
    assert parse_filter("primarycontactid/fullname eq 'x'", ACCOUNTS).equality() is None


def test_rows_are_ordered_without_case_and_null_first() -> None:
    rows = [{"name": "b", "statecode": 1}, {"name": "A", "statecode": 1}, {"name": None, "statecode": 0}]
    terms = parse_orderby("statecode desc, name", ACCOUNTS)
    assert [row["name"] for row in ordered(rows, terms, dict)] == ["A", "b", None]
    assert [row["name"] for row in ordered(rows, parse_orderby("name", ACCOUNTS), dict)] == [None, "A", "b"]


@pytest.mark.parametrize("text", ["nam", "name up", "name,", "name asc desc"])
def test_an_order_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse_orderby(text, ACCOUNTS)


def test_a_selection_names_properties_once() -> None:
    assert parse_select("name, accountnumber,name,primarycontactid", ACCOUNTS) == ("name", "accountnumber")
    assert "statecode" in parse_select("*", ACCOUNTS)
    with pytest.raises(QueryError, match="Could not find a property named 'nam'"):
        parse_select("nam", ACCOUNTS)


def test_an_expand_keeps_its_inner_options() -> None:
    found = parse_expand("primarycontactid($select=fullname,jobtitle;$filter=fullname eq 'a,(b'),parentaccountid")
    assert found == (
        Expand("primarycontactid", {"$select": "fullname,jobtitle", "$filter": "fullname eq 'a,(b'"}),
        Expand("parentaccountid", {}),
    )


@pytest.mark.parametrize("text", ["a($skip=1)", "a($select=b", "a)", "", ",".join("a" * 16)])
def test_an_expand_that_is_not_allowed_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse_expand(text)


@pytest.mark.parametrize("text", ["-1", "x", "", "99999999999", "1.5", "²"])
def test_a_number_option_takes_whole_numbers_only(text: str) -> None:
    with pytest.raises(QueryError, match=r"\$top"):
        parse_number("$top", text)


def test_count_takes_true_or_false() -> None:
    assert parse_count("True")
    with pytest.raises(QueryError):
        parse_count("yes")
