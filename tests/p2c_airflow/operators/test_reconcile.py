from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.dag_tests import ledger, run_dag
from fixtures.sandbox import Sandbox

from p2c.errors import FlowStoppedError
from p2c.ledger.reconciliations import Discrepancy
from p2c_airflow.operators.reconcile import ReconcileOperator


def reconcile(*, repair: bool = False) -> dict[str, dict[str, int]]:
    context: Any = {"params": {"repair": repair}}
    return ReconcileOperator(task_id="reconcile").execute(context)


def test_every_place_is_looked_at_kept_and_repaired_on_request(installation: Path, demo_sandbox: Sandbox) -> None:
    run_dag("accounts")
    state = next(row for row in ledger().held("accounts", "usmf") if row.ours)
    demo_sandbox.delete_rows("finance_operations", "CustomersV3", ["usmf", str(state.destination_key)])
    effects = len(demo_sandbox.effects())

    assert reconcile()["accounts for usmf"]["missing"] == 1
    assert not ledger().states("accounts", "usmf", [state.source_id])[state.source_id].retry_requested
    kept = {(found.flow, found.organization): found.findings for found in ledger().reconciliations(["accounts"])}
    assert kept["accounts", "usmf"][Discrepancy.MISSING].keys == (state.integration_key,)

    reconcile(repair=True)
    assert ledger().states("accounts", "usmf", [state.source_id])[state.source_id].retry_requested
    assert len(demo_sandbox.effects()) == effects


def test_a_place_that_cannot_be_read_keeps_no_other_from_being_looked_at(
    installation: Path, demo_sandbox: Sandbox
) -> None:
    demo_sandbox.settings(finance_operations={"denied_entity_sets": ["CDSSalesQuotationHeaders"]})
    with pytest.raises(FlowStoppedError, match="quotes for usmf"):
        reconcile()
    assert len(ledger().reconciliations(["products", "accounts"])) == 4
