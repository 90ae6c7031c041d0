"""Tell people of the causes that they have not been told of."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from p2c.alert_settings import AlertSettings, Channel
from p2c.alerts import Alert
from p2c.errors import IntegrationError, TransientError
from p2c.ledger import Ledger
from p2c.ledger.alerts import StandingAlert
from p2c_airflow.notifications.channels import notifier_of

_LOG = logging.getLogger(__name__)


def standing(alert: Alert, ledger: Ledger) -> StandingAlert:
    """An alert as the ledger keeps it, beginning now."""
    return StandingAlert(alert.cause, alert.title, alert.text, alert.remedy, ledger.now(), None)


def tell(settings: AlertSettings, ledger: Ledger) -> int:
    """Send each standing alert whose turn it is on all channels; returns how many people were told of.

    One that no channel took is sent again next time. Raises TransientError naming the channels that failed.
    """
    told, failures = 0, list[str]()
    for alert in ledger.alerts_to_tell(timedelta(hours=settings.repeat_hours)) if settings.send else ():
        refused = list(_refusals(settings.send, alert))
        failures += refused
        if len(refused) < len(settings.send):
            ledger.alert_told(alert.cause)
            told += 1
    if failures:
        raise TransientError("Alerts could not be sent. " + " ".join(dict.fromkeys(failures)))
    return told


def _refusals(channels: tuple[Channel, ...], alert: StandingAlert) -> Iterator[str]:
    for channel in channels:
        try:
            notifier_of(channel, alert).notify({})
        except IntegrationError as error:
            yield error.message
        except Exception as error:  # whatever a notifier of another's raises
            _LOG.warning("Alert %s was not sent by %s", alert.cause, channel.notifier, exc_info=error)
            yield (
                f"{channel.notifier} over the connection {channel.connection}: {type(error).__name__}: {error}. "
                "Check that connection."
            )
