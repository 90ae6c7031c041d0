"""Figures drawn as SVG, coloured by the style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from p2c.ledger import Outcome, Run

#: From the ground up: what is as it should be, then what needs somebody.
STACK = (
    Outcome.UNCHANGED,
    Outcome.SKIPPED,
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.LEFT,
    Outcome.PARKED,
    Outcome.REJECTED,
    Outcome.FAILED,
)
#: Rows that did nothing would drown the others in a small figure.
QUIET = frozenset({Outcome.UNCHANGED, Outcome.SKIPPED})

#: A column of a figure of few runs.
WIDEST = 24


class Bar(NamedTuple):
    """A rectangle, in the units of its figure."""

    x: float
    y: float
    width: float
    height: float
    kind: str


class Column(NamedTuple):
    """One run of a figure, with what it says."""

    title: str
    bars: Sequence[Bar]
    run: Run


def outcome_columns(runs: Sequence[Run], width: float, height: float, *, quiet: bool) -> list[Column]:
    """A stack of outcomes for each run, the oldest first; without ``quiet`` only rows that something became of."""
    kinds = [kind for kind in STACK if quiet or kind not in QUIET]
    highest = max((_total(run.counts, kinds) for run in runs), default=0)
    step = min(width / max(len(runs), 1), WIDEST)
    return [
        Column(_told(run), _stack(run, kinds, number * step, step, height, highest), run)
        for number, run in enumerate(reversed(runs))
    ]


def duration_columns(runs: Sequence[Run], width: float, height: float) -> list[Column]:
    """A bar for each run that has ended, as high as it was long."""
    lengths = {id(run): (run.finished_at - run.started_at).total_seconds() for run in runs if run.finished_at}
    longest, step = max(lengths.values(), default=0), min(width / max(len(runs), 1), WIDEST)
    columns = []
    for number, run in enumerate(reversed(runs)):
        seconds = lengths.get(id(run), 0.0)
        tall = height * seconds / longest if longest else 0
        bar = Bar(round(number * step, 2), round(height - tall, 2), round(step * 0.8, 2), round(tall, 2), run.state)
        columns.append(Column(f"{run.key.run_id}: {seconds:.0f} s", [bar], run))
    return columns


def _stack(run: Run, kinds: Sequence[Outcome], x: float, step: float, height: float, highest: int) -> list[Bar]:
    if not _total(run.counts, kinds):
        return [Bar(round(x, 2), height - 1.5, round(step * 0.8, 2), 1.5, f"none {run.state}")]
    sizes = [(kind, height * run.counts.get(str(kind), 0) / highest) for kind in kinds]
    tops = accumulate(size for _, size in sizes)
    return [
        Bar(round(x, 2), round(height - top, 2), round(step * 0.8, 2), round(size, 2), str(kind))
        for (kind, size), top in zip(sizes, tops, strict=True)
        if size
    ]


def _total(counts: Mapping[str, int], kinds: Sequence[Outcome]) -> int:
    return sum(counts.get(str(kind), 0) for kind in kinds)


def _told(run: Run) -> str:
    figures = ", ".join(f"{count} {name}" for name, count in run.counts.items() if count)
    return f"{run.started_at:%Y-%m-%d %H:%M} {run.state}: {figures or 'no rows'}"
