"""What a load works on: the judged rows of a run, each with its mapped form and its lines, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from p2c.contract import Value
from p2c.line_planning import MappedLine
from p2c.staging import StagedSet
from p2c.steps.context import StepContext
from p2c.steps.extracted_lines import LINES
from p2c.steps.map import LINE
from p2c.steps.verdict import Verdict

StagedRow = Mapping[str, Value]


@dataclass(frozen=True)
class JudgedRow:
    """A source row with its verdict, its canonical form, its mapped form and its lines."""

    verdict: Verdict
    cds: StagedRow
    values: StagedRow
    lines: tuple[MappedLine, ...] = ()


def judged_parts(context: StepContext, validated: StagedSet) -> Iterator[list[JudgedRow]]:
    """The rows of each part; copies that paging repeated are left out."""
    mapped = context.staged("map").read()
    tables = zip(validated.parts("verdicts"), mapped.parts("cds"), mapped.parts("destination"), strict=True)
    lines = _lines(context, mapped) if context.applied_flow.lines else repeat({})
    for (verdicts, cds, destination), of_headers in zip(tables, lines, strict=False):
        rows = zip(verdicts.to_pylist(), cds.to_pylist(), destination.to_pylist(), strict=True)
        judged = ((Verdict.from_row(verdict), cds_row, row) for verdict, cds_row, row in rows)
        yield [
            JudgedRow(verdict, cds_row, row, tuple(of_headers.get(verdict.source_id, ())))
            for verdict, cds_row, row in judged
            if verdict.verdict != "repeated"
        ]


def _lines(context: StepContext, mapped: StagedSet) -> Iterator[Mapping[str, Sequence[MappedLine]]]:
    """The lines of each part by the id of their header."""
    lines = context.applied_flow.lines
    if lines is None:
        return
    source, key = lines.flow.source, lines.flow.destination.key
    extracted = context.staged("extract").read().within(context.key_range)
    tables = (extracted.parts(LINES), mapped.parts(f"{LINE}cds"), mapped.parts(f"{LINE}destination"))
    identity = [name for name in (source.id, lines.lookup, source.version) if name]
    for read, *mapped_tables in zip(*tables, strict=True):
        of_headers: dict[str, list[MappedLine]] = {}
        part = (read.select(identity), *mapped_tables)
        for row, cds, values in zip(*(table.to_pylist() for table in part), strict=True):
            version = int(row[source.version] or 0) if source.version else 0
            line = MappedLine(row[source.id], str(values[key]), version, values, cds)
            of_headers.setdefault(row[lines.lookup], []).append(line)
        yield of_headers
