"""A staging folder on the local disk and in an object store."""

from __future__ import annotations

from pathlib import Path

import pytest
from upath import UPath

from p2c.staging import StagedStep, Staging


@pytest.fixture(params=["local", "object store"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> UPath:
    return UPath(tmp_path) if request.param == "local" else UPath(f"memory://{tmp_path.as_posix()}")


@pytest.fixture
def staging(base: UPath) -> Staging:
    return Staging(base)


@pytest.fixture
def step(staging: Staging) -> StagedStep:
    return staging.step("accounts", "scheduled__2026-03-01T02:00:00+00:00", "USMF", "accounts", "extract")
