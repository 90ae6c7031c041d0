from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.check.preflight import Status
from p2c.check.preflight.schema import check_schema


def drop(sandbox: Sandbox, system: str, entity_set: str, field: str) -> None:
    sandbox.control("POST", "schema", {"system": system, "entity_set": entity_set, "field": field, "drop": True})


def test_a_field_of_the_solution_that_is_missing_fails_its_own_line(examine: Any, demo_sandbox: Sandbox) -> None:
    drop(demo_sandbox, "sales", "contacts", "msdynce_isactivecustomer")
    solution, fields = examine(check_schema)
    assert solution.status is Status.FAILED
    assert solution.text.startswith("Sales has no contacts.msdynce_isactivecustomer. Install Microsoft's")
    assert fields.status is Status.PASSED


def test_another_name_stated_for_it_is_looked_for(examine: Any) -> None:
    solution, _ = examine(check_schema, solution_fields={"msdynce_isactivecustomer": "new_customer"})
    assert "Sales has no contacts.new_customer." in solution.text


def test_a_field_of_either_system_that_is_missing_fails(examine: Any, demo_sandbox: Sandbox) -> None:
    drop(demo_sandbox, "finance_operations", "CustomersV3", "PrimaryContactPhone")
    solution, fields = examine(check_schema)
    assert (solution.status, fields.status) == (Status.PASSED, Status.FAILED)
    assert "PrimaryContactPhone" in fields.text
