from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import Connect
from fixtures.scripted_server import ScriptedServer

from p2c.errors import TransientError
from p2c.ledger import RunKey, Window
from p2c_airflow.operators.alerts import AlertsOperator

KEY = RunKey("accounts", "run 1", "accounts", "usmf")


def finish(state: str, key: RunKey = KEY, **counts: int) -> None:
    ledger().begin_run(key, Window(None, None, "full"))
    ledger().finish_run(key, state, counts)  # type: ignore[arg-type]


def test_the_alerts_dag_notes_and_tells_and_forgets_what_is_gone(webhook: ScriptedServer) -> None:
    finish("success", created=10, rejected=30)
    assert run_dag("alerts").state == "success"
    assert [json.loads(seen.body)["cause"] for seen in webhook.seen] == ["rejected_share/accounts for usmf"]
    finish("success", RunKey("accounts", "run 2", "accounts", "usmf"), created=10)
    assert run_dag("alerts").state == "success"
    assert ledger().standing_alerts() == []
    assert len(webhook.seen) == 1


def test_a_channel_that_cannot_be_reached_fails_the_task(
    webhook: ScriptedServer, installation: Path, connect: Connect
) -> None:
    connect("hook", conn_type="http", host="127.0.0.1", port=1, schema="http")
    finish("failed")
    with pytest.raises(TransientError, match="over the connection hook"):
        AlertsOperator(task_id="look_and_tell").execute({})
    assert [alert.told_at for alert in ledger().standing_alerts()] == [None]
