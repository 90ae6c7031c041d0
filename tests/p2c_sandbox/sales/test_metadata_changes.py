from __future__ import annotations

import json
from typing import Any

import requests
from fixtures.sandbox import Sandbox

COLUMNS = {"PropertyNames": ["AttributeType", "MaxLength", "OptionSet", "Targets"]}


def condition(name: str) -> dict[str, Any]:
    value = {"Type": "System.String", "Value": name}
    return {"PropertyName": "LogicalName", "ConditionOperator": "Equals", "Value": value}


def ask(sandbox: Sandbox, *tables: str, **query: Any) -> requests.Response:
    criteria = {"FilterOperator": "Or", "Conditions": [condition(name) for name in tables]}
    text = json.dumps({"Criteria": criteria, **query})
    return sandbox.sales.get("RetrieveMetadataChanges(Query=@q)", params={"@q": text})


def test_one_answer_holds_the_columns_of_several_tables_with_the_members_asked_for(sandbox: Sandbox) -> None:
    properties = {"PropertyNames": ["EntitySetName", "Attributes"]}
    answer = ask(sandbox, "account", "contact", Properties=properties, AttributeQuery={"Properties": COLUMNS})
    tables = {table["EntitySetName"]: table for table in answer.json()["EntityMetadata"]}
    assert set(tables) == {"accounts", "contacts"}
    columns = {column["LogicalName"]: column for column in tables["accounts"]["Attributes"]}
    assert columns["name"]["MaxLength"] == 160
    assert columns["parentaccountid"]["Targets"] == ["account"]
    assert columns["industrycode"]["OptionSet"]["Options"][0]["Value"] == 1
    assert "SchemaName" not in columns["name"]


def test_relationships_name_the_navigation_property(sandbox: Sandbox) -> None:
    names = {"PropertyNames": ["ReferencingAttribute", "ReferencingEntityNavigationPropertyName", "ReferencedEntity"]}
    properties = {"PropertyNames": ["ManyToOneRelationships"]}
    answer = ask(sandbox, "contact", Properties=properties, RelationshipQuery={"Properties": names})
    [table] = answer.json()["EntityMetadata"]
    links = {link["ReferencingEntityNavigationPropertyName"]: link for link in table["ManyToOneRelationships"]}
    assert links["parentcustomerid_account"]["ReferencedEntity"] == "account"


def test_a_query_of_columns_needs_them_among_the_properties(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "account", Properties={"PropertyNames": []}, AttributeQuery={"Properties": COLUMNS})
    assert answer.status_code == 400
    assert "needs Attributes" in answer.text


def test_a_query_that_cannot_be_read_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.sales.get("RetrieveMetadataChanges(Query=@q)", params={"@q": "{"})
    assert answer.status_code == 400
