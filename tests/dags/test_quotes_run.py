"""The quotes DAG, run against the sandbox by Airflow's own `dag.test()`, before the customers and after them."""

from __future__ import annotations

from pathlib import Path

from airflow.models.dagrun import DagRun
from fixtures.dag_tests import ledger, run_dag
from fixtures.sandbox import Sandbox

from p2c.ledger import Run


def run_of_usmf(run: DagRun) -> Run:
    return next(kept for kept in ledger().runs(run_id=run.run_id) if kept.key.organization == "usmf")


def test_quotes_wait_for_their_customers_and_land_with_their_lines_after_them(
    demo_sandbox: Sandbox, installation: Path
) -> None:
    before = run_of_usmf(run_dag("quotes"))
    assert before.counts["parked"] > 10
    run_dag("accounts")
    after = run_of_usmf(run_dag("quotes"))
    assert after.counts["created"] >= before.counts["parked"] - 3
    lines = demo_sandbox.rows("finance_operations", "CDSSalesQuotationLines")
    (line,) = (line for line in lines if line["SalesQuotationNumber"].startswith("QUO-01001"))
    assert (line["TotalDiscountAmount"], line["LineAmount"]) == (10, "589.97")
