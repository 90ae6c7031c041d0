from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import Sandbox

from p2c.contract import destination_contract
from p2c.errors import RequestRefusedError
from p2c.systems.dataverse import Dataverse
from p2c_metadata import EntityType, load

SHIPPED = load("sales")


def described(sales: Dataverse, entity_set: str) -> EntityType:
    return sales.described({entity_set: ()}, SHIPPED).entity_set(entity_set)


def change(sandbox: Sandbox, entity_set: str, field: str, **body: Any) -> None:
    sandbox.control("POST", "schema", {"system": "sales", "entity_set": entity_set, "field": field, **body})


@pytest.mark.parametrize("entity_set", ["accounts", "contacts", "products", "quotes", "quotedetails", "uoms"])
def test_tables_that_are_like_the_documents_are_described_as_they_are(sales: Dataverse, entity_set: str) -> None:
    ours, theirs = SHIPPED.entity_set(entity_set), described(sales, entity_set)
    assert (theirs.key, theirs.navigation) == (ours.key, ours.navigation)
    assert theirs.properties.keys() == ours.properties.keys()
    for name, known in ours.properties.items():
        found = theirs.properties[name]
        assert destination_contract(found).kind == destination_contract(known).kind, name
        assert (found.max_length, found.lookup_targets) == (known.max_length, known.lookup_targets), name
        assert found.type == "Edm.Boolean" or found.options == known.options, name


def test_several_tables_cost_one_request(sandbox: Sandbox, sales: Dataverse) -> None:
    model = sales.described({"accounts": (), "contacts": (), "quotes": ()}, SHIPPED)
    assert len(sandbox.requests_seen(system="sales")) == 1
    assert model.entity_sets.keys() == SHIPPED.entity_sets.keys()


def test_what_an_environment_changed_is_described_so(sandbox: Sandbox, sales: Dataverse) -> None:
    change(sandbox, "accounts", "telephone1", rename="phone1")
    change(sandbox, "accounts", "name", max_length=40)
    change(sandbox, "accounts", "creditlimit", type="Edm.String")
    change(sandbox, "accounts", "industrycode", option={"value": 900, "label": "Space"})
    change(sandbox, "accounts", "_parentaccountid_value", targets=["contact"])
    change(sandbox, "accounts", "_primarycontactid_value", drop=True)
    found = described(sales, "accounts")
    assert "telephone1" not in found.properties
    assert found.property("phone1").type == "Edm.String"
    assert found.property("name").max_length == 40
    assert found.property("creditlimit").type == "Edm.String"
    assert found.property("industrycode").options[900] == "Space"
    assert found.property("_parentaccountid_value").lookup_targets == ("contact",)
    assert "primarycontactid" not in found.navigation


def test_an_answer_of_another_shape_is_refused(sandbox: Sandbox, sales: Dataverse) -> None:
    sandbox.plan_faults({"match": {"path": "RetrieveMetadataChanges"}, "action": {"status": 200, "body": "{}"}})
    with pytest.raises(RequestRefusedError, match="another shape than documented"):
        described(sales, "accounts")
