from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.check.preflight import Status
from p2c.check.preflight.dual_write import check_dual_write


def companies(sandbox: Sandbox, *rows: dict[str, str]) -> None:
    """Have Sales answer as one with the tables of dual-write."""
    sandbox.plan_faults({"match": {"path": "/cdm_companies$"}, "action": {"status": 200, "body": {"value": rows}}})


def test_a_sales_without_its_tables_passes(examine: Any) -> None:
    assert [line.status for line in examine(check_dual_write)] == [Status.PASSED]


def test_a_linked_pair_fails_until_a_person_confirms_it(examine: Any, demo_sandbox: Sandbox) -> None:
    companies(demo_sandbox, {"cdm_companyid": "4c1f0b3e-0000-0000-0000-000000000001"})
    [line] = examine(check_dual_write)
    assert line.status is Status.FAILED
    assert "dual_write_confirmed = true" in line.text
    assert [line.status for line in examine(check_dual_write, dual_write_confirmed=True)] == [Status.PASSED]


def test_tables_without_companies_are_looked_at_by_hand(examine: Any, demo_sandbox: Sandbox) -> None:
    companies(demo_sandbox)
    assert [line.status for line in examine(check_dual_write)] == [Status.NOT_CHECKABLE]
