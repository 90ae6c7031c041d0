from __future__ import annotations

from urllib.parse import quote

import pytest
from fixtures.sandbox import Sandbox

CUSTOMERS = quote("EntitySetName eq 'CustomersV3'")
NOTHING = quote("EntitySetName eq 'Nothing'")


def ask(sandbox: Sandbox, path: str, status: int = 200) -> dict:
    answer = sandbox.finance_operations.get(f"{sandbox.origin}/metadata/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_entity_is_found_by_its_entity_set(sandbox: Sandbox) -> None:
    [entity] = ask(sandbox, f"PublicEntities?$filter={CUSTOMERS}")["value"]
    properties = {field["Name"]: field for field in entity["Properties"]}
    assert entity["EntitySetName"] == "CustomersV3"
    assert properties["CustomerGroupId"]["IsMandatory"]
    assert properties["dataAreaId"]["IsKey"]
    assert properties["IsExternallyMaintained"]["TypeName"] == "Microsoft.Dynamics.DataEntities.NoYes"


@pytest.mark.parametrize("name", ["PublicEntities('CustomerV3')", "PublicEntities(Name='CustomerV3')"])
def test_an_entity_is_found_by_its_name(sandbox: Sandbox, name: str) -> None:
    assert ask(sandbox, name)["EntitySetName"] == "CustomersV3"


def test_the_members_of_an_enumeration_are_listed(sandbox: Sandbox) -> None:
    members = ask(sandbox, "PublicEnumerations('NoYes')")["Members"]
    assert {member["Name"]: member["Value"] for member in members} == {"No": 0, "Yes": 1}


def test_the_service_is_written_in_any_case(sandbox: Sandbox) -> None:
    answer = sandbox.finance_operations.get(f"{sandbox.origin}/Metadata/PublicEnumerations('NoYes')")
    assert answer.status_code == 200


def test_what_is_unknown_is_not_found(sandbox: Sandbox) -> None:
    ask(sandbox, "PublicEntities('Nothing')", 404)
    ask(sandbox, "Nothing", 404)


def test_an_entity_set_that_is_unknown_gives_an_empty_list(sandbox: Sandbox) -> None:
    assert ask(sandbox, f"PublicEntities?$filter={NOTHING}")["value"] == []
