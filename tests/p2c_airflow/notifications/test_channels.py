from __future__ import annotations

from datetime import UTC, datetime

import pytest

from p2c.alert_settings import Channel
from p2c.errors import ConfigurationError
from p2c.ledger.alerts import StandingAlert
from p2c_airflow.notifications.channels import notifier_of, page_address, text_of

SINCE = datetime(2026, 11, 1, 2, tzinfo=UTC)
ALERT = StandingAlert("rows_due/x", "Rows due: x", "5 rows <b> {{ x }}.", "Mend them.", SINCE, None)


def test_an_alert_reads_as_what_happened_since_when_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.com/")
    assert text_of(ALERT).split("\n\n") == [
        "5 rows <b> {{ x }}.",
        "Since 2026-11-01 02:00 UTC.",
        "What to do: Mend them.",
        "https://airflow.example.com/p2c/",
    ]


def test_an_e_mail_escapes_what_rows_say() -> None:
    mail = notifier_of(Channel(notifier="email", connection="smtp_default", to=("ann@example.com",)), ALERT)
    assert "&lt;b&gt;" in str(vars(mail)["html_content"])
    assert vars(mail)["to"] == ["ann@example.com"]


def test_a_provider_that_is_not_installed_is_named_with_what_to_install() -> None:
    with pytest.raises(ConfigurationError, match="slack needs the package apache-airflow-providers-slack"):
        notifier_of(Channel(notifier="slack", connection="slack"), ALERT)


def test_a_webhook_gets_the_parts_as_json() -> None:
    document = vars(notifier_of(Channel(notifier="webhook", connection="hook"), ALERT))["json"]
    assert document == {
        "cause": "rows_due/x",
        "title": "Rows due: x",
        "text": "5 rows <b> {{ x }}.",
        "remedy": "Mend them.",
        "since": "2026-11-01T02:00:00+00:00",
        "page": page_address(),
    }
