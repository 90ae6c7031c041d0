"""What a flow expects of the source system's own settings, held against them before anything is read."""

from __future__ import annotations

from p2c.check.expectations import SettingsSource, unmet_expectations
from p2c.errors import ConfigurationError
from p2c.flow import Flow


def check_expectations(flow: Flow, source: SettingsSource) -> None:
    """Hold what a flow and its lines expect against the source; raises ConfigurationError naming each difference."""
    if unmet := unmet_expectations(flow, source):
        raise ConfigurationError(f"Flow {flow.name}: " + " ".join(finding.message for finding in unmet))
