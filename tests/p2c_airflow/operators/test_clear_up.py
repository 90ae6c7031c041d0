from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fixtures.dag_tests import ledger, run_dag

from p2c.ledger import Ledger, RunKey, Window
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook


def test_the_maintenance_dag_forgets_runs_older_than_the_setting(installation: Path) -> None:
    then = datetime.now(UTC) - timedelta(days=800)
    old = Ledger(CommonDataServiceHook().current_engine(), lambda: then)
    old.begin_run(RunKey("accounts", "old", "accounts", "usmf"), Window(None, None, "full"))
    ledger().begin_run(RunKey("accounts", "new", "accounts", "usmf"), Window(None, None, "full"))
    assert run_dag("maintenance").state == "success"
    assert [run.key.run_id for run in ledger().runs()] == ["new"]
