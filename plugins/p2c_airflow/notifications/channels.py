"""The Airflow notifier of each channel that `site.toml` names.

Their fields are templates for Airflow; what an alert says may hold `{{`, so they notify without rendering.
"""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf

from p2c.alert_settings import Channel
from p2c.errors import ConfigurationError
from p2c.ledger.alerts import StandingAlert

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier

#: The provider and the class of each notifier.
NOTIFIERS = {
    "email": ("apache-airflow-providers-smtp", "airflow.providers.smtp.notifications.smtp", "SmtpNotifier"),
    "slack": (
        "apache-airflow-providers-slack",
        "airflow.providers.slack.notifications.slack_webhook",
        "SlackWebhookNotifier",
    ),
    "webhook": ("apache-airflow-providers-http", "airflow.providers.http.notifications", "HttpNotifier"),
}


def notifier_of(channel: Channel, alert: StandingAlert) -> BaseNotifier:
    """The notifier that tells of an alert; raises ConfigurationError where its provider is not installed."""
    package, module, name = NOTIFIERS[channel.notifier]
    try:
        notifier = getattr(import_module(module), name)
    except ImportError as error:
        raise ConfigurationError(
            f"site.toml [[alerts.send]]: {channel.notifier} needs the package {package}, which is not installed "
            f"({error}). Install it in the environment of every Airflow component."
        ) from None
    return notifier(**_arguments(channel, alert))


def text_of(alert: StandingAlert) -> str:
    """An alert as plain text."""
    parts = [alert.text, f"Since {alert.since:%Y-%m-%d %H:%M} UTC.", f"What to do: {alert.remedy}"]
    return "\n\n".join([*parts, *([page] if (page := page_address()) else [])])


def page_address() -> str:
    """Where the page stands, as people open it; "" if Airflow does not say."""
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/p2c/" if base else ""


def _arguments(channel: Channel, alert: StandingAlert) -> dict[str, Any]:
    subject = f"Prospect to cash: {alert.title}"
    match channel.notifier:
        case "email":
            return {
                "smtp_conn_id": channel.connection,
                "to": list(channel.to),
                "from_email": channel.sender or None,
                "subject": subject,
                "html_content": escape(text_of(alert)).replace("\n", "<br>\n"),
            }
        case "slack":
            return {"slack_webhook_conn_id": channel.connection, "text": f"*{subject}*\n{text_of(alert)}"}
        case _:
            document = {
                "cause": alert.cause,
                "title": alert.title,
                "text": alert.text,
                "remedy": alert.remedy,
                "since": alert.since.isoformat(),
                "page": page_address(),
            }
            headers = {"Content-Type": "application/json"}
            return {
                "http_conn_id": channel.connection,
                "endpoint": channel.endpoint,
                "json": document,
                "headers": headers,
                # how long a person's webhook may take
                "extra_options": {"timeout": 30},
            }
