from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.check.preflight import Line, Status
from p2c.check.preflight.access import check_companies, check_environments, check_privileges, sign_in
from p2c.flow import System


def by_title(lines: list[Line]) -> dict[str, Line]:
    return {line.title + (f" {line.organization}" if line.organization else ""): line for line in lines}


def test_a_sign_in_that_fails_says_what_to_mend(pair: Any, demo_sandbox: Sandbox) -> None:
    demo_sandbox.plan_faults({"match": {"path": "WhoAmI"}, "action": {"status": 403}})

    def connect(system: System) -> Any:
        return pair().client(system)

    line, client = sign_in("sales", connect)
    assert (line.status, client) == (Status.FAILED, None)
    assert "Give the connection's user a role" in line.text
    assert sign_in("finance_operations", connect)[0].status is Status.PASSED


def test_an_entity_set_that_cannot_be_read_is_named_for_each_system(examine: Any, demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(
        finance_operations={"denied_entity_sets": ["Warehouses"]},
        sales={"denied_entity_sets": ["quotedetails", "businessunits"]},
    )
    found = by_title(examine(check_privileges))
    assert found["Privileges to read F&O"].status is Status.FAILED
    assert "denies access to Warehouses" in found["Privileges to read F&O"].text
    assert "denies access to quotedetails" in found["Privileges to read Sales"].text
    assert "denies access to businessunits" in found["Privileges to read Sales"].text


def test_what_is_to_be_written_is_listed_for_a_person_to_look_at(examine: Any) -> None:
    line = by_title(examine(check_privileges))["Privileges to write Sales"]
    assert line.status is Status.NOT_CHECKABLE
    assert line.text.endswith("productpricelevels, products.")


def test_a_legal_entity_that_does_not_exist_fails(examine: Any, demo_sandbox: Sandbox) -> None:
    demo_sandbox.delete_rows("finance_operations", "LegalEntities", ["demf"])
    found = by_title(examine(check_companies))
    assert found["Legal entity usmf"].status is Status.PASSED
    assert found["Legal entity demf"].status is Status.FAILED
    assert "Known are glco, usmf" in found["Legal entity demf"].text


def test_a_default_company_that_is_none_of_the_sites_fails(examine: Any, demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(finance_operations={"default_company": "glco"})
    line = by_title(examine(check_companies))["Default company"]
    assert line.status is Status.FAILED
    assert "set it to demf or usmf" in line.text


def test_another_environment_than_the_one_named_fails(examine: Any) -> None:
    line = by_title(examine(check_environments, environments={"sales": "0f0f0f0f-0000-0000-0000-000000000000"}))
    assert line["Environment ids of Sales"].status is Status.FAILED
    assert "leads elsewhere than before" in line["Environment ids of Sales"].text


def test_the_environment_that_was_named_passes(examine: Any, demo_sandbox: Sandbox) -> None:
    kept = demo_sandbox.sales.get("WhoAmI").json()["OrganizationId"]
    found = by_title(examine(check_environments, environments={"sales": kept.upper()}))
    assert found["Environment ids of Sales"].status is Status.PASSED
    assert found["Environment ids of F&O"].status is Status.NOT_CHECKABLE


def test_an_environment_that_nobody_named_is_left_to_a_person(examine: Any) -> None:
    assert by_title(examine(check_environments))["Environment ids of Sales"].status is Status.NOT_CHECKABLE
