"""The accounts of usmf as one run left them, and a look at both sides."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fixtures.installation import sound_settings
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.discrepancy import Discrepancy
from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.ledger.reconciliations import Finding
from p2c.reconciliation import SystemKeys, reconcile, repair
from p2c.site import Site


@dataclass
class BothSides:
    """An installation with rows that a test takes away on either side."""

    steps: Steps

    @property
    def sandbox(self) -> Sandbox:
        return self.steps.sandbox

    def flow(self, name: str = "accounts") -> Flow:
        return self.steps.site.applied_to(FLOWS[name])

    def keys(self) -> SystemKeys:
        return SystemKeys(self.steps.site, lambda system: getattr(self.steps, system))

    def look(self, name: str = "accounts") -> Mapping[Discrepancy, Finding]:
        places = [(self.flow(flow), "usmf") for flow in ("accounts", "contacts_to_customers", "products")]
        now = datetime.now(UTC)
        return reconcile(self.steps.ledger, self.keys(), self.flow(name), "usmf", places, now).findings

    def repair(self) -> int:
        return repair(self.steps.ledger, self.keys(), self.flow(), "usmf")

    def landed(self) -> str:
        """The account number of a customer that we created."""
        return next(row.destination_key or "" for row in self.steps.ledger.held("accounts", "usmf") if row.ours)


@pytest.fixture
def sides(steps: Steps) -> BothSides:
    steps.use(Site.model_validate(tomllib.loads(sound_settings())))
    steps.run("first")
    return BothSides(steps)
