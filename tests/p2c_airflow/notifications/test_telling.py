from __future__ import annotations

import json

import pytest
from fixtures.dag_tests import ledger
from fixtures.installation import Connect
from fixtures.scripted_server import Answer, ScriptedServer

from p2c.alerts import Alert, AlertKind
from p2c.errors import TransientError
from p2c_airflow.installation import installed_site
from p2c_airflow.notifications.telling import standing, tell


def note(*places: str) -> None:
    kept = ledger()
    kept.note_alerts([standing(Alert(AlertKind.FRESHNESS, place, "40 hours ago."), kept) for place in places])


def test_each_cause_is_told_once(webhook: ScriptedServer) -> None:
    note("accounts for usmf", "accounts for demf")
    assert tell(installed_site().alerts, ledger()) == 2
    assert tell(installed_site().alerts, ledger()) == 0
    titles = [json.loads(seen.body)["title"] for seen in webhook.seen]
    assert sorted(titles) == ["The destination lags: accounts for demf", "The destination lags: accounts for usmf"]
    assert {(seen.method, seen.path) for seen in webhook.seen} == {("POST", "/alerts")}


def test_what_no_channel_took_is_sent_again_next_time(webhook: ScriptedServer) -> None:
    note("accounts for usmf")
    webhook.answers.append(Answer(status=500))
    with pytest.raises(TransientError, match="webhook over the connection hook"):
        tell(installed_site().alerts, ledger())
    assert tell(installed_site().alerts, ledger()) == 1


def test_one_channel_that_fails_does_not_keep_the_others_from_telling(
    webhook: ScriptedServer, connect: Connect
) -> None:
    connect("dead", conn_type="http", host="127.0.0.1", port=1, schema="http")
    alerts = installed_site().alerts
    dead = alerts.send[0].model_copy(update={"connection": "dead"})
    note("accounts for usmf")
    with pytest.raises(TransientError, match="over the connection dead"):
        tell(alerts.model_copy(update={"send": (dead, *alerts.send)}), ledger())
    assert len(webhook.seen) == 1
    assert tell(alerts, ledger()) == 0


def test_without_a_channel_the_causes_stand_on_the_page_alone(webhook: ScriptedServer) -> None:
    note("accounts for usmf")
    assert tell(installed_site().alerts.model_copy(update={"send": ()}), ledger()) == 0
    assert len(ledger().standing_alerts()) == 1
