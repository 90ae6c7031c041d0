"""The two systems."""

from __future__ import annotations

from typing import Literal

System = Literal["sales", "finance_operations"]
