"""A pair of systems to examine: the sandbox with the demo data, and the demo's settings."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fixtures.installation import sound_settings
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.check.preflight import Line
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.flow import System
from p2c.flows import FLOWS
from p2c.site import Site

MakePair = Callable[..., TenantPair]
Examine = Callable[..., list[Line]]


@pytest.fixture
def pair(steps: Steps) -> MakePair:
    """The pair; the top-level settings of the demo may be replaced."""

    def made(environments: Mapping[System, str] | None = None, **settings: Any) -> TenantPair:
        site = Site.model_validate(tomllib.loads(sound_settings()) | settings)
        return TenantPair(site, FLOWS, steps.sales, steps.finance_operations, environments or {})

    return made


@pytest.fixture
def examine(pair: MakePair, demo_sandbox: Sandbox) -> Iterator[Examine]:
    """Run one check; at the end nothing was written."""

    def run(check: Callable[[TenantPair], Iterator[Line]], **settings: Any) -> list[Line]:
        return list(check(pair(**settings)))

    yield run
    assert demo_sandbox.effects() == []
