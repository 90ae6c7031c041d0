"""The preflight of this installation, for the command and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from p2c.check.preflight import Line
from p2c.check.preflight import preflight as preflight_of
from p2c.flow import System
from p2c.flows import FLOWS
from p2c_airflow.hooks.sales import SalesHook
from p2c_airflow.hooks.systems import system_client
from p2c_airflow.installation import find_site_modules, installed_site


def preflight() -> Iterator[Line]:
    """Check the systems behind the connections, line by line; reads only. Raises ConfigurationError for site.toml."""
    find_site_modules()
    site, kept = installed_site(), dict[System, str]()

    def connect(system: System) -> Any:
        if system == "sales":
            kept["sales"] = SalesHook().environment_id
        return system_client(system, None, site, any_environment=True)

    return preflight_of(site, FLOWS, connect, kept)
