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
    return bool(parse_expression(text, scope).evaluate(row))


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
        ("creditlimit add 1 eq 2", "'add' is not supported"),
        ("contacts/any(c:c/name eq 'x')", "lambda"),
        ("name eq @p", "alias '@p' has no value"),
        ("name and name", "needs boolean expressions"),
        ("(" * 500 + "name eq 'x'" + ")" * 500, "nests deeper than 60"),
        ("not " * 5000 + "name eq 'x'", "nests deeper than 60"),
    ],
)
def test_a_filter_that_means_nothing_says_why(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_expression(text, ACCOUNTS)
    assert message in str(caught.value)


def test_a_parameter_alias_stands_for_its_value() -> None:
    scope = Scope("dataverse", ACCOUNTS.entity, SALES, aliases={"@p": "'acc-01000'"})
    assert accepts(scope, "accountnumber eq @p", ACCOUNT)


def test_an_alias_of_itself_is_refused() -> None:
    scope = Scope("dataverse", ACCOUNTS.entity, SALES, aliases={"@p": "@p"})
    with pytest.raises(QueryError, match="nests deeper"):
        parse_expression("accountnumber eq @p", scope)


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
        ("customeraccount eq 'x'", "named 'customeraccount'"),
    ],
)
def test_finance_and_operations_refuses_what_it_does_not_support(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_expression(text, CUSTOMERS)
    assert message in str(caught.value)
