from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

import p2c_metadata
from p2c_sandbox.filter_parser import parse_expression
from p2c_sandbox.literals import QueryError
from p2c_sandbox.query_scope import Scope

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
SALES = p2c_metadata.load("sales")
ACCOUNTS = Scope("dataverse", SALES.entity_set("accounts"), SALES, now=lambda: NOON)
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
    "primarycontactid": {"fullname": "Yvonne McKay"},
}


def accepts(text: str) -> bool:
    return bool(parse_expression(text, ACCOUNTS).evaluate(ACCOUNT))


@pytest.mark.parametrize(
    "text",
    [
        'Microsoft.Dynamics.CRM.In(PropertyName=\'accountnumber\',PropertyValues=["x","acc-01000"])',
        "Microsoft.Dynamics.CRM.In(PropertyName='primarycontactid/fullname',PropertyValues=[\"Yvonne McKay\"])",
        "Microsoft.Dynamics.CRM.NotIn(PropertyName='statecode',PropertyValues=[\"1\"])",
        'Microsoft.Dynamics.CRM.Between(PropertyName=\'creditlimit\',PropertyValues=["1","100"])',
        'Microsoft.Dynamics.CRM.NotBetween(PropertyName=\'creditlimit\',PropertyValues=["101","102"])',
        "Microsoft.Dynamics.CRM.On(PropertyName='modifiedon',PropertyValue='2026-03-05')",
        "Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='modifiedon',PropertyValue='2026-03-05')",
        "Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='modifiedon',PropertyValue='2026-03-05')",
        "Microsoft.Dynamics.CRM.LastXHours(PropertyName='modifiedon',PropertyValue=3)",
        "Microsoft.Dynamics.CRM.OlderThanXMinutes(PropertyName='modifiedon',PropertyValue=30)",
        "Microsoft.Dynamics.CRM.Today(PropertyName='modifiedon')",
    ],
)
def test_a_function_accepts_the_row(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "contains(description,'x')",
        "Microsoft.Dynamics.CRM.LastXHours(PropertyName='modifiedon',PropertyValue=1)",
        "Microsoft.Dynamics.CRM.NextXDays(PropertyName='modifiedon',PropertyValue=1)",
        "Microsoft.Dynamics.CRM.Yesterday(PropertyName='modifiedon')",
        "Microsoft.Dynamics.CRM.On(PropertyName='modifiedon',PropertyValue='2026-03-06')",
    ],
)
def test_a_function_refuses_the_row(text: str) -> None:
    assert not accepts(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tolower(name) eq 'x'", "unknown function with name 'tolower'"),
        ("contains(name,name)", "string literal"),
        ("contains(name)", "string literal"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='x',PropertyValues=[\"a\"])", "Could not find a property named 'x'"),
        ('Microsoft.Dynamics.CRM.In(PropertyValues=["a"])', "needs PropertyName"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='name')", "needs PropertyValues"),
        ("Microsoft.Dynamics.CRM.Between(PropertyName='name',PropertyValues=[\"a\"])", "needs two values"),
        ("Microsoft.Dynamics.CRM.On(PropertyName='name',PropertyValue='a')", "date column"),
        ("Microsoft.Dynamics.CRM.Under(PropertyName='name',PropertyValue='a')", "Under' is not supported"),
        ("Microsoft.Dynamics.CRM.Today(PropertyName='name')", "not supported on 'name'"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValue='x')", "does not suit"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValue=0)", "from 1 to 10,000"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValue=1.5)", "from 1 to 10,000"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValues=[])", "from 1 to 10,000"),
        ('Microsoft.Dynamics.CRM.LastXDays(PropertyName=\'modifiedon\',PropertyValues=["1","2"])', "from 1 to 10,000"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='modifiedon',PropertyValues=[\"x\"])", "does not suit"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='creditlimit',PropertyValues=[[1]])", "does not suit"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='donotbulkemail',PropertyValues=[[1]])", "does not suit"),
        ("Microsoft.Dynamics.CRM.Between(PropertyName='creditlimit',PropertyValues=[null,1])", "does not suit"),
    ],
)
def test_a_function_that_means_nothing_says_why(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        accepts(text)
    assert message in str(caught.value)


def test_finance_and_operations_has_no_functions() -> None:
    finance = p2c_metadata.load("finance_operations")
    scope = Scope("finance_operations", finance.entity_set("CustomersV3"), finance)
    with pytest.raises(QueryError, match="unknown function with name 'contains'"):
        parse_expression("contains(OrganizationName,'x')", scope)
