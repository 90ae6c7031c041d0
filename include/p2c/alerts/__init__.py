"""What the person on call is told: one alert for each cause, never one for each row."""

from __future__ import annotations

from p2c.alerts.alert import Alert, AlertKind

__all__ = ["Alert", "AlertKind"]
