"""`p2c preflight`: what has to be right in a pair of systems before the first run, one line for each thing.

`p2c check --live` holds flows and rows against the systems; this looks at how the systems are set up. Nothing is
written: `p2c.check.preflight.product_key` alone can make the one thing that a person may ask for.
"""

from __future__ import annotations

from p2c.check.preflight.engine import preflight
from p2c.check.preflight.line import Line, Status

__all__ = ["Line", "Status", "preflight"]
