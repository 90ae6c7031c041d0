"""The products DAG, run against the sandbox by Airflow's own `dag.test()`."""

from __future__ import annotations

from pathlib import Path

from fixtures.dag_tests import ledger, run_dag
from fixtures.sandbox import Sandbox


def test_products_and_prices_land_for_every_organization(demo_sandbox: Sandbox, installation: Path) -> None:
    run = run_dag("products")
    assert run.state == "success"
    counts = {(kept.key.flow, kept.key.organization): kept.counts for kept in ledger().runs(run_id=run.run_id)}
    assert counts["products", "usmf"]["created"] == 14
    assert counts["price_list_items", "usmf"]["created"] == 15
    assert counts["products", "demf"]["created"] == 2
    assert counts["price_list_items", "demf"]["created"]
    (created,) = [row for row in demo_sandbox.rows("sales", "products") if row["productnumber"] == "DE-100"]
    assert created["statecode"] == 0
