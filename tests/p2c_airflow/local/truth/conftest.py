"""The demo data, read once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from p2c.site import Site
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.snapshot import Snapshot

SETTINGS = Path(__file__).parents[4] / "include" / "site.toml"
DELIVERY = {"DeliveryAddressCountryRegionISOCode": "US", "RequestedDeliveryDate": "14"}
DEFAULTS = {
    "products": {"defaultuomscheduleid.name": "Default Unit", "statecode": "0"},
    "quotes": DELIVERY,
    "quote_lines": DELIVERY,
}


def site_of_demo() -> Site:
    """The demo's settings, with those of this test where a flow's own decide what is wanted."""
    document: dict[str, Any] = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    for organization in document["organizations"].values():
        organization["defaults"] |= DEFAULTS
    units = {"ea": "Each", "pcs": "Piece", "box": "Box", "kg": "Kilogram", "lb": "Pound", "hr": "Hour"}
    document["value_maps"]["unit"] = units
    document["value_maps"]["sales_unit"] = {f"default unit/{unit.lower()}": code for code, unit in units.items()}
    return Site.model_validate(document)


@pytest.fixture
def snapshot(systems: Systems) -> Snapshot:
    """Both systems with the demo data."""
    return Snapshot(systems, site_of_demo())
