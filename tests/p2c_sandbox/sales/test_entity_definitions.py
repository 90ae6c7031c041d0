from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import BearerSession

ACCOUNT = "EntityDefinitions(LogicalName='account')"
PICKLIST = "Microsoft.Dynamics.CRM.PicklistAttributeMetadata"


def values(session: BearerSession, address: str) -> list[dict[str, Any]]:
    answer = session.get(address)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_tables_are_found_by_filter(sales: BearerSession) -> None:
    (table,) = values(sales, "EntityDefinitions?$select=LogicalName,EntitySetName&$filter=LogicalName eq 'quote'")
    assert {name: table[name] for name in ("LogicalName", "EntitySetName")} == {
        "LogicalName": "quote",
        "EntitySetName": "quotes",
    }


def test_tables_that_are_not_tracked_are_found(sales: BearerSession) -> None:
    tables = values(sales, "EntityDefinitions?$select=LogicalName&$filter=ChangeTrackingEnabled eq false")
    assert "organization" in [table["LogicalName"] for table in tables]


def test_one_table_is_read_by_name_or_id(sales: BearerSession) -> None:
    table = sales.get(f"{ACCOUNT}?$select=PrimaryIdAttribute,IsOptimisticConcurrencyEnabled").json()
    assert (table["PrimaryIdAttribute"], table["IsOptimisticConcurrencyEnabled"]) == ("accountid", True)
    assert sales.get(f"EntityDefinitions({table['MetadataId']})").json()["LogicalName"] == "account"


def test_keys_are_expanded(keyed: BearerSession) -> None:
    query = "$select=EntitySetName&$expand=Keys($select=KeyAttributes,EntityKeyIndexStatus)"
    (key,) = keyed.get(f"{ACCOUNT}?{query}").json()["Keys"]
    assert (key["KeyAttributes"], key["EntityKeyIndexStatus"]) == (["accountnumber"], "Active")


def test_columns_are_filtered_by_type(sales: BearerSession) -> None:
    query = "$select=LogicalName&$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'State'"
    (column,) = values(sales, f"{ACCOUNT}/Attributes?{query}")
    assert column["LogicalName"] == "statecode"
    (expanded,) = sales.get(f"{ACCOUNT}?$expand=Attributes({query.replace('&', ';')})").json()["Attributes"]
    assert expanded["LogicalName"] == "statecode"


def test_choices_come_with_their_options(sales: BearerSession) -> None:
    query = "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet"
    columns = {column["LogicalName"]: column for column in values(sales, f"{ACCOUNT}/Attributes/{PICKLIST}?{query}")}
    options = columns["customertypecode"]["OptionSet"]["Options"]
    assert 3 in [option["Value"] for option in options]
    assert "statecode" not in columns


def test_one_column_is_read_by_name(sales: BearerSession) -> None:
    column = sales.get(f"{ACCOUNT}/Attributes(LogicalName='name')?$select=MaxLength").json()
    assert (column["MaxLength"], column["@odata.type"]) == (160, "#Microsoft.Dynamics.CRM.StringAttributeMetadata")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("EntityDefinitions?$select=Nothing", 400),
        ("EntityDefinitions?$filter=Nothing eq 1", 400),
        ("EntityDefinitions?$expand=Nothing", 400),
        ("EntityDefinitions?$top=1", 400),
        ("EntityDefinitions(LogicalName='acount')", 404),
        (f"{ACCOUNT}/Nothing", 404),
        (f"{ACCOUNT}/Attributes(LogicalName='nam')", 404),
        (f"{ACCOUNT}/Attributes/Nothing", 404),
        ("EntityDefinitions/Keys", 404),
    ],
)
def test_what_metadata_does_not_hold_is_refused(sales: BearerSession, address: str, status: int) -> None:
    assert sales.get(address).status_code == status


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("DELETE", ""), ("PATCH", "/Keys(x)"), ("DELETE", "/Keys")])
def test_metadata_is_written_in_no_other_way(sales: BearerSession, method: str, path: str) -> None:
    assert sales.request(method, f"{ACCOUNT}{path}", json={}).status_code == 405
