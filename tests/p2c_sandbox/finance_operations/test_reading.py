from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fixtures.sandbox import Sandbox

CUSTOMER = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')"
NO_YES = "Microsoft.Dynamics.DataEntities.NoYes"


@pytest.fixture
def groups(sandbox: Sandbox) -> Sandbox:
    """Groups 10 to 50 in company usmf, the default one, and group 10 in demf."""
    rows = [{"dataAreaId": "usmf", "CustomerGroupId": str(number)} for number in range(10, 60, 10)]
    sandbox.put_rows("finance_operations", "CustomerGroups", *rows, {"dataAreaId": "demf", "CustomerGroupId": "10"})
    return sandbox


def get(sandbox: Sandbox, path: str, **headers: str) -> dict[str, Any]:
    answer = sandbox.finance_operations.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(content: dict[str, Any]) -> list[str]:
    return [row["CustomerGroupId"] for row in content["value"]]


def test_only_the_default_company_is_seen(groups: Sandbox) -> None:
    assert ids(get(groups, "CustomerGroups")) == ["10", "20", "30", "40", "50"]


def test_every_company_is_seen_with_cross_company(groups: Sandbox) -> None:
    assert len(get(groups, "CustomerGroups?cross-company=true")["value"]) == 6


def test_the_default_company_is_the_user_s(groups: Sandbox) -> None:
    groups.settings(finance_operations={"default_company": "demf"})
    assert ids(get(groups, "CustomerGroups")) == ["10"]


def test_another_company_s_row_is_not_found_without_cross_company(groups: Sandbox) -> None:
    key = "CustomerGroups(dataAreaId='demf',CustomerGroupId='10')"
    assert groups.finance_operations.get(key).status_code == 404
    assert groups.finance_operations.get(f"{key}?cross-company=true").status_code == 200


def test_a_shared_row_is_seen_from_every_company(sandbox: Sandbox) -> None:
    sandbox.put_rows("finance_operations", "LanguageCodes", {"LanguageCodeId": "en-us"})
    assert len(get(sandbox, "LanguageCodes")["value"]) == 1


def test_a_row_carries_every_field_and_its_etag(demo_sandbox: Sandbox) -> None:
    answer = demo_sandbox.finance_operations.get(CUSTOMER)
    row = answer.json()
    assert row["@odata.context"] == f"{demo_sandbox.origin}/data/$metadata#CustomersV3/$entity"
    assert row["@odata.etag"] == answer.headers["ETag"]
    assert row["OrganizationName"] == "Contoso Retail San Diego"
    assert (row["SalesMemo"], row["IsExternallyMaintained"], row["CreditLimit"]) == ("", "Yes", 500000)


def test_select_leaves_the_named_fields(demo_sandbox: Sandbox) -> None:
    row = get(demo_sandbox, f"{CUSTOMER}?$select=CustomerAccount,OrganizationName")
    assert [name for name in row if not name.startswith("@")] == ["CustomerAccount", "OrganizationName"]


@pytest.mark.parametrize(
    ("condition", "accounts"),
    [
        ("CustomerAccount eq 'us-001'", ["US-001"]),
        ("OrganizationName eq '*Wholesales' and CustomerAccount lt 'US-005'", ["US-003", "US-004"]),
        (f"IsExternallyMaintained eq {NO_YES}'No'", ["US-004", "US-025", "US-103"]),
        ("CreditLimit gt 400000 and CustomerGroupId eq '30'", ["US-001"]),
        ("CustomerAccount eq 'US-001' or CustomerAccount eq 'US-103'", ["US-001", "US-103"]),
        ("not (CustomerAccount gt 'US-001')", ["US-001"]),
    ],
)
def test_a_filter_speaks_the_service_s_dialect(demo_sandbox: Sandbox, condition: str, accounts: list[str]) -> None:
    content = get(demo_sandbox, f"CustomersV3?$filter={condition}&$select=CustomerAccount")
    assert [row["CustomerAccount"] for row in content["value"]] == accounts


@pytest.mark.parametrize(
    "condition",
    [
        "CustomerAccount in ('a')",
        "contains(CustomerAccount,'a')",
        "IsExternallyMaintained eq 'Yes'",
        f"IsExternallyMaintained gt {NO_YES}'No'",
        "Nothing eq 1",
    ],
)
def test_a_filter_beyond_the_dialect_is_a_400(demo_sandbox: Sandbox, condition: str) -> None:
    assert demo_sandbox.finance_operations.get(f"CustomersV3?$filter={condition}").status_code == 400


def test_rows_are_ordered_as_asked(groups: Sandbox) -> None:
    assert ids(get(groups, "CustomerGroups?$orderby=CustomerGroupId desc")) == ["50", "40", "30", "20", "10"]


def test_a_keyset_read_goes_on_where_the_last_one_ended(groups: Sandbox) -> None:
    condition = "(dataAreaId gt 'demf') or (dataAreaId eq 'demf' and CustomerGroupId gt '10')"
    query = f"cross-company=true&$filter={condition}&$orderby=dataAreaId,CustomerGroupId&$top=2"
    assert ids(get(groups, f"CustomerGroups?{query}")) == ["10", "20"]


def test_pages_are_linked_by_offset(groups: Sandbox) -> None:
    groups.settings(finance_operations={"page_size": 2})
    first = get(groups, "CustomerGroups?$select=CustomerGroupId&$count=true")
    assert first["@odata.count"] == 5
    options = parse_qs(urlsplit(first["@odata.nextLink"]).query)
    assert options == {"$select": ["CustomerGroupId"], "$count": ["true"], "$skip": ["2"]}
    second = get(groups, first["@odata.nextLink"])
    third = get(groups, second["@odata.nextLink"])
    assert ids(first) + ids(second) + ids(third) == ["10", "20", "30", "40", "50"]
    assert "@odata.nextLink" not in third


def test_top_holds_across_pages(groups: Sandbox) -> None:
    groups.settings(finance_operations={"page_size": 2})
    first = get(groups, "CustomerGroups?$top=3&$skip=1")
    second = get(groups, first["@odata.nextLink"])
    assert ids(first) + ids(second) == ["20", "30", "40"]
    assert "@odata.nextLink" not in second


def test_a_client_may_ask_for_smaller_pages(groups: Sandbox) -> None:
    assert len(get(groups, "CustomerGroups", Prefer="odata.maxpagesize=3")["value"]) == 3


def test_a_link_keeps_what_needs_encoding(demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(finance_operations={"page_size": 1})
    first = get(demo_sandbox, "CustomersV3?$filter=OrganizationName ne 'a%26b%2Bc %C4%85'")
    assert parse_qs(urlsplit(first["@odata.nextLink"]).query)["$filter"] == ["OrganizationName ne 'a&b+c ą'"]
    assert len(get(demo_sandbox, first["@odata.nextLink"])["value"]) == 1


def test_a_count_is_a_number_as_text(groups: Sandbox) -> None:
    answer = groups.finance_operations.get("CustomerGroups/$count?$filter=CustomerGroupId gt '20'")
    assert (answer.text, answer.headers["Content-Type"]) == ("3", "text/plain")


def test_nothing_can_be_expanded_that_is_not_there(groups: Sandbox) -> None:
    assert groups.finance_operations.get("CustomerGroups?$expand=Customers").status_code == 400


def test_a_missing_role_is_a_403_for_its_entity_alone(groups: Sandbox) -> None:
    groups.settings(finance_operations={"denied_entity_sets": ["CustomerGroups"]})
    answer = groups.finance_operations.get("CustomerGroups")
    assert answer.status_code == 403
    assert "not authorized to read view CustCustomerGroupEntity" in answer.text
    assert groups.finance_operations.get("LanguageCodes").status_code == 200
