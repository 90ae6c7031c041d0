from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import Sandbox

from p2c.errors import RequestRefusedError
from p2c.systems.finance_operations import FinanceOperations
from p2c_metadata import load

SHIPPED = load("finance_operations")


def change(sandbox: Sandbox, field: str, **body: Any) -> None:
    place = {"system": "finance_operations", "entity_set": "CustomersV3", "field": field}
    sandbox.control("POST", "schema", {**place, **body})


def asked(sandbox: Sandbox) -> list[str]:
    seen = sandbox.requests_seen(system="finance_operations")
    return [request["path"].removeprefix("/metadata/") for request in seen]


@pytest.mark.parametrize("entity_set", ["CustomersV3", "CDSSalesQuotationLines", "SellableReleasedProducts"])
def test_entities_that_are_like_the_documents_are_described_as_they_are(
    finance_operations: FinanceOperations, entity_set: str
) -> None:
    found = finance_operations.described({entity_set: ()}, SHIPPED).entity_set(entity_set)
    assert set(found.key) == set(SHIPPED.entity_set(entity_set).key)
    assert found.properties == SHIPPED.entity_set(entity_set).properties


def test_each_entity_set_costs_one_request(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    finance_operations.described({"CustomersV3": (), "CDSContactPersonsV2": ()}, SHIPPED)
    assert asked(sandbox) == ["PublicEntities", "PublicEntities"]


def test_what_an_environment_changed_is_described_so(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    change(sandbox, "KnownAs", rename="AlsoKnownAs")
    change(sandbox, "OrganizationName", type="Edm.Decimal")
    change(sandbox, "NameAlias", required=True)
    change(sandbox, "ContosoSegment", add="Edm.String")
    found = finance_operations.described({"CustomersV3": ()}, SHIPPED).entity_set("CustomersV3")
    assert "KnownAs" not in found.properties
    assert found.property("AlsoKnownAs").type == "Edm.String"
    assert found.property("OrganizationName").type == "Edm.Decimal"
    assert found.property("NameAlias").required_for_import
    assert not found.property("ContosoSegment").required_for_import


def test_the_members_of_the_enumerations_in_use_are_read_where_they_are_asked_for(
    sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    change(sandbox, "IsExternallyMaintained", option={"value": 2, "label": "Perhaps"})
    fields = {"CustomersV3": ("IsExternallyMaintained", "OrganizationName")}
    enum = (
        finance_operations.described(fields, SHIPPED, members=True)
        .entity_set("CustomersV3")
        .property("IsExternallyMaintained")
        .enum
    )
    assert enum is not None
    assert enum.members == {"No": 0, "Yes": 1, "Perhaps": 2}
    assert asked(sandbox) == ["PublicEntities", "PublicEnumerations('NoYes')"]


def test_an_entity_set_that_the_environment_lacks_is_left_out(
    sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    sandbox.plan_faults({"match": {"path": "^/metadata/"}, "action": {"status": 200, "body": '{"value": []}'}})
    assert "CustomersV3" not in finance_operations.described({"CustomersV3": ()}, SHIPPED).entity_sets


def test_an_answer_of_another_shape_is_refused(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    sandbox.plan_faults({"match": {"path": "^/metadata/"}, "action": {"status": 200, "body": "{}"}})
    with pytest.raises(RequestRefusedError, match="another shape than known"):
        finance_operations.described({"CustomersV3": ()}, SHIPPED)
