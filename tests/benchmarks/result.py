"""What a benchmark found: figures by client, and the bars it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any, Literal

import msgspec
from benchmarks.rounds import Figures


class Bar(msgspec.Struct, frozen=True):
    """One value of each round held against a limit; their median decides."""

    text: str
    values: list[float]
    limit: float
    sense: Literal["least", "most"] = "least"
    unit: str = ""

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.sense == "least" else self.value <= self.limit

    @property
    def verdict(self) -> str:
        return "holds" if self.holds else "**falls short**"


class Plot(msgspec.Struct, frozen=True):
    """Points of each series; ``bars`` draws one horizontal bar for each name instead."""

    title: str
    x: str
    y: str
    series: dict[str, list[tuple[float, float]]]
    logarithmic: bool = False
    bars: bool = False


class Result(msgspec.Struct, frozen=True):
    """One benchmark."""

    name: str
    title: str
    what: str
    figures: Figures
    bars: Sequence[Bar]
    plot: Plot | None = None
    notes: Sequence[str] = ()


def rows_per_second(figures: Figures) -> dict[str, list[tuple[float, float]]]:
    """The median rate of each client, as bars are drawn from."""
    rates: dict[str, Any] = {
        name: median(each["rows"] / each["seconds"] for each in of) for name, of in figures.items()
    }
    return {name: [(rate, 0.0)] for name, rate in sorted(rates.items(), key=lambda pair: -pair[1])}
