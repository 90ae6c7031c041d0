"""The page of the alerts, as their DAG shows it."""

from __future__ import annotations

from p2c.alerts.alert import REMEDIES, TITLES, AlertKind
from p2c_airflow.documentation.markdown import code, table

INTRODUCTION = """# Alerts

Looks what is wrong and tells people on the channels of `[[alerts.send]]` in `site.toml`: one alert for each cause,
whatever the number of its rows, and again only after `alerts.repeat_hours` if it still stands. A failed run is told of
at once. The page shows what stands."""


def alerts_page() -> str:
    """Every kind of alert, with what to do."""
    rows = [(code(kind), TITLES[kind], REMEDIES[kind]) for kind in AlertKind]
    return f"{INTRODUCTION}\n\n{table(('Kind', 'What', 'What to do'), rows)}"
