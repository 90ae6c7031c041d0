from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from fixtures.dag_tests import ledger, run_dag
from fixtures.installation import Connect
from fixtures.scripted_server import Answer, ScriptedServer

from p2c_airflow.notifications.run_failed import RunFailedNotifier


def fail(run_id: str = "run 1", dag_id: str = "accounts") -> None:
    context: Any = {"dag": SimpleNamespace(dag_id=dag_id), "run_id": run_id, "reason": "task_failure"}
    RunFailedNotifier().notify(context)


def test_a_failed_run_is_told_of_at_once_and_further_ones_are_not(webhook: ScriptedServer) -> None:
    fail("run 1")
    fail("run 2")
    [seen] = webhook.seen
    document = json.loads(seen.body)
    assert document["title"] == "A run failed: accounts"
    assert "The run run 1 of the DAG accounts failed: task_failure." in document["text"]
    [kept] = ledger().standing_alerts()
    assert "run 2" in kept.text


def test_another_dag_is_another_cause(webhook: ScriptedServer) -> None:
    fail()
    fail(dag_id="quotes")
    assert len(webhook.seen) == 2


def test_a_channel_that_fails_raises_nothing(webhook: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
    webhook.otherwise = Answer(status=500)
    fail()
    assert [alert.told_at for alert in ledger().standing_alerts()] == [None]


def test_airflow_tells_of_a_run_that_failed(webhook: ScriptedServer, connect: Connect) -> None:
    connect("dynamics_sales", login="somebody")
    assert run_dag("accounts").state == "failed"
    [seen] = webhook.seen
    assert json.loads(seen.body)["cause"] == "run_failed/accounts"
