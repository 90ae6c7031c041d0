"""`p2c check`: every flow and the settings of a site, held against the metadata of both systems.

`p2c.check.coverage`, which is imported apart, also holds the rows of the source against them.
"""

from __future__ import annotations

from p2c.check.engine import SYSTEMS, check_live, check_offline
from p2c.check.finding import Finding, Severity

__all__ = ["SYSTEMS", "Finding", "Severity", "check_live", "check_offline"]
