"""The demo data, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2c.site import load_site
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.snapshot import Snapshot

SITE = Path(__file__).parents[4] / "include" / "site.toml"


@pytest.fixture
def snapshot(systems: Systems) -> Snapshot:
    """Both systems with the demo data."""
    return Snapshot(systems, load_site(SITE))
