from __future__ import annotations

from p2c.alerts import Alert, AlertKind
from p2c.alerts.alert import REMEDIES, TITLES


def test_a_cause_stays_the_same_while_its_figures_change() -> None:
    one, later = (Alert(AlertKind.FRESHNESS, "accounts for usmf", f"{hours} hours ago.") for hours in (40, 41))
    assert one.cause == later.cause == "freshness/accounts for usmf"


def test_an_alert_says_what_happened_and_what_to_do() -> None:
    text = str(Alert(AlertKind.FRESHNESS, "accounts for usmf", "40 hours ago."))
    assert text.startswith("The destination lags: accounts for usmf. 40 hours ago. What to do: Look whether the DAG")


def test_every_kind_has_a_title_and_a_remedy() -> None:
    assert set(TITLES) == set(REMEDIES) == set(AlertKind)
