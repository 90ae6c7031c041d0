"""Seeds at which a scenario once failed: played whenever it is, however few seeds are asked for."""

from __future__ import annotations

KEPT_SEEDS: dict[str, tuple[int, ...]] = {
    "B5": (6,),
    "C1": (4,),
    "E7": (16,),
}
