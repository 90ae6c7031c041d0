"""The contacts DAG, run against the sandbox by Airflow's own `dag.test()`, before the accounts and after them."""

from __future__ import annotations

from pathlib import Path

from airflow.models.dagrun import DagRun
from fixtures.dag_tests import ledger, run_dag
from fixtures.sandbox import Sandbox

from p2c.ledger import Run


def ledger_runs(run: DagRun) -> dict[tuple[str, str], Run]:
    return {(kept.key.flow, kept.key.organization): kept for kept in ledger().runs(run_id=run.run_id)}


def test_contacts_land_after_their_accounts(demo_sandbox: Sandbox, installation: Path) -> None:
    account = next(r for r in demo_sandbox.rows("sales", "accounts") if r["accountnumber"] == "US-002")
    contact = {"lastname": "Beebe", "parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})"}
    created = demo_sandbox.sales.post("contacts", json=contact, headers={"Prefer": "return=representation"}).json()
    path = f"contacts({created['contactid']})"
    demo_sandbox.sales.patch(path, json={"msdynce_contactnumber": "CON-1"}).raise_for_status()
    demo_sandbox.control("POST", "clock", {"shift_seconds": 60})
    before = run_dag("contacts")
    assert before.state == "success"
    assert set(ledger_runs(before)) == {
        (flow, organization) for flow in ("contacts", "contacts_to_customers") for organization in ("usmf", "demf")
    }
    assert ledger_runs(before)["contacts", "usmf"].counts["parked"]
    assert run_dag("accounts").state == "success"
    assert run_dag("contacts").state == "success"
    persons = demo_sandbox.rows("finance_operations", "CDSContactPersonsV2")
    assert ("CON-1", "US-002") in {(p["ContactPersonPartyNumber"], p["AssociatedContactNumber"]) for p in persons}
