from __future__ import annotations

import pytest
from pydantic import ValidationError

from p2c.alert_settings import AlertSettings, Channel, cron_expression


def test_nothing_is_sent_unless_a_channel_is_named() -> None:
    assert AlertSettings().send == ()


@pytest.mark.parametrize("channel", [{"notifier": "email"}, {"notifier": "webhook", "to": ["ann@example.com"]}])
def test_an_e_mail_alone_has_addresses(channel: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="an e-mail needs `to`"):
        Channel.model_validate({"connection": "c", **channel})


def test_a_schedule_is_a_cron_expression() -> None:
    assert cron_expression("0 2 * * *") == "0 2 * * *"
    with pytest.raises(ValueError, match="is no cron expression"):
        cron_expression("nightly")
