"""Staged sets: what one step hands to the next, as Parquet parts made visible by one manifest written last."""

from __future__ import annotations

from p2c.staging.manifest import Manifest
from p2c.staging.staged_set import KEY_RANGES, StagedSet
from p2c.staging.staging import StagedStep, Staging
from p2c.staging.writer import Progress, StagedWriter

__all__ = ["KEY_RANGES", "Manifest", "Progress", "StagedSet", "StagedStep", "StagedWriter", "Staging"]
