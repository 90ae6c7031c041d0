from __future__ import annotations

from pathlib import Path

from p2c_airflow.ui.ledger_access import current_engine, current_ledger


def test_the_database_is_opened_once(installation: Path) -> None:
    assert current_engine() is current_engine()
    assert current_ledger().dags_by_flow() == {}
