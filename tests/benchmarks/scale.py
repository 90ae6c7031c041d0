"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass

#: The steps that read.
READ = ("extract", "map", "validate")


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int = 7
    rows: int = 100_000
    loaded: int = 10_000
    slow: int = 2_000
    turns: int = 40
    repeated: int = 10
    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    loads: tuple[int, ...] = (10_000, 100_000)


QUICK = Scale(rounds=3, rows=20_000, loaded=1_000, slow=500, turns=5, repeated=3, sizes=(10_000, 40_000), loads=())
