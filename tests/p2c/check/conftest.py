"""Flows and sites with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fixtures.steps import DEFAULTS

from p2c.check import Finding, check_offline
from p2c.flow import Flow
from p2c.flows.accounts import ACCOUNTS
from p2c.site import Site

ALL_DEFAULTS = {
    "accounts": DEFAULTS,
    "contacts": {"PrimaryAddressCountryRegionISOCode": "US"},
    "quotes": {"DeliveryAddressCountryRegionISOCode": "US"},
    "quote_lines": {"DeliveryAddressCountryRegionISOCode": "US"},
    "contacts_to_customers": {name: DEFAULTS[name] for name in DEFAULTS if not name.startswith("Invoice")},
    "products": {"defaultuomscheduleid.name": "Default Unit", "statecode": "0"},
    "price_list_items": {"uomscheduleid.name": "Default Unit"},
}
SETTINGS: Mapping[str, Any] = {
    "organizations": {"usmf": {"legal_entity": "usmf", "defaults": ALL_DEFAULTS}},
    "value_maps": {
        "unit": {"ea": "Each"},
        "sales_unit": {"default unit/each": "ea"},
        "country": {"usa": "US"},
        "state": {"US": {"texas": "TX"}},
    },
}

Check = Callable[..., list[Finding]]


@pytest.fixture
def site() -> Callable[..., Site]:
    """A whole site; settings of its only organization and top-level tables may be replaced."""

    def build(organization: Mapping[str, Any] | None = None, **tables: Any) -> Site:
        usmf = {**SETTINGS["organizations"]["usmf"], **(organization or {})}
        return Site.model_validate({**SETTINGS, "organizations": {"usmf": usmf}, **tables})

    return build


@pytest.fixture
def check(site: Callable[..., Site]) -> Check:
    """Check a flow offline, with a whole site unless one is given."""

    def run(flow: Flow = ACCOUNTS, settings: Site | None = None) -> list[Finding]:
        return check_offline(settings or site(), {flow.name: flow})

    return run


@pytest.fixture
def errors(check: Check) -> Callable[..., list[str]]:
    """The errors of a check, as ``place: message``."""

    def run(flow: Flow = ACCOUNTS, settings: Site | None = None) -> list[str]:
        return [f"{found.place}: {found.message}" for found in check(flow, settings) if found.severity == "error"]

    return run


@pytest.fixture
def warnings(check: Check) -> Callable[..., list[str]]:
    """The warnings of a check, as ``place: message``."""

    def run(flow: Flow = ACCOUNTS, settings: Site | None = None) -> list[str]:
        return [f"{found.place}: {found.message}" for found in check(flow, settings) if found.severity == "warning"]

    return run
