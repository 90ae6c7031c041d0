"""Shadow mode over time: what the dry runs of a flow found, run by run.

A flow in shadow mode reads, maps and compares every row and writes nothing, while another integration does the writing.
It is ready to take over when run after run finds no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any

from p2c.ledger import Outcome, Run

#: What the ledger keeps with a dry run: rows that differ, by field; rows that were there before us; and rows that could
#: not land for another reason.
FIELDS = "fields"
PRESENT_BEFORE = "present_before"
CANNOT_LAND = "cannot_land"


@dataclass(frozen=True)
class Comparison:
    """The dry runs of one flow and organization that compared every row, the oldest first; at least one."""

    flow: str
    organization: str
    runs: tuple[Run, ...]

    @property
    def latest(self) -> Run:
        """The last run."""
        return self.runs[-1]

    @property
    def runs_in_step(self) -> int:
        """How many of the latest runs in a row found no difference."""
        return sum(1 for _ in takewhile(in_step, reversed(self.runs)))

    def fields(self) -> dict[str, tuple[int, ...]]:
        """For each field that ever differed the number of rows in which it did, run by run; the most rows first."""
        names = {name for run in self.runs for name in _fields(run)}
        figures = {name: tuple(_fields(run).get(name, 0) for run in self.runs) for name in names}
        return dict(sorted(figures.items(), key=lambda field: (-field[1][-1], field[0])))

    def missing(self) -> tuple[int, ...]:
        """The number of rows missing at the destination, run by run."""
        return tuple(_missing(run) for run in self.runs)

    def summary(self) -> str:
        """What the latest run found, in one sentence."""
        return "; ".join(self._parts()) + "."

    def _parts(self) -> Iterator[str]:
        latest = self.latest
        if in_step(latest):
            yield f"no difference in the last {self.runs_in_step} runs" if self.runs_in_step > 1 else "no difference"
        yield f"rows that agree: {latest.counts.get(str(Outcome.UNCHANGED), 0)}"
        if missing := _missing(latest):
            yield f"missing at the destination: {missing}"
        if _fields(latest):
            named = ", ".join(f"{name} {rows[-1]}" for name, rows in self.fields().items() if rows[-1])
            yield f"rows that differ, by field: {named}"
        if present := latest.statistics.get(PRESENT_BEFORE):
            yield f"there before us, to be adopted: {present}"
        if barred := latest.statistics.get(CANNOT_LAND):
            yield f"rejected or parked: {barred}"


def comparisons(runs: Iterable[Run]) -> Iterator[Comparison]:
    """Arrange dry runs, the oldest first, by flow and organization."""

    def place(run: Run) -> tuple[str, str]:
        return run.key.flow, run.key.organization

    for (flow, organization), group in groupby(sorted(runs, key=place), key=place):
        yield Comparison(flow, organization, tuple(group))


def found_in_all(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a dry run found, given what it found in each of its key ranges."""
    fields: Counter[str] = Counter()
    rows = Counter({PRESENT_BEFORE: 0, CANNOT_LAND: 0})
    for each in found:
        fields.update(each[FIELDS])
        rows.update({name: each[name] for name in rows})
    return {FIELDS: dict(fields), **rows}


def in_step(run: Run) -> bool:
    """Whether a dry run found neither a row that it would write nor a field that differs."""
    return not _missing(run) and not run.counts.get(str(Outcome.UPDATED)) and not _fields(run)


def _missing(run: Run) -> int:
    return run.counts.get(str(Outcome.CREATED), 0)


def _fields(run: Run) -> dict[str, int]:
    found: dict[str, int] = run.statistics.get(FIELDS, {})
    return found
