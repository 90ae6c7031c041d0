"""Judges lines: what is wrong with one is its header's outcome, and the reason names the line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from p2c.flow import Lines
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.staging import StagedSet
from p2c.steps.context import StepContext
from p2c.steps.examination import Examination, MappedTables, frame_of
from p2c.steps.extracted_lines import LINES
from p2c.steps.map import LINE
from p2c.validation.contracts import REQUIRED
from p2c.validation.parents import KeyedSource
from p2c.validation.references import ReferenceData
from p2c.validation.scope import failed, plain_rows

#: The reason of lines of one header that share their number.
DUPLICATE_LINE = "duplicate_line"

ReasonsByHeader = dict[str, list[Reason]]


@dataclass(frozen=True)
class LineFindings:
    """What lines of one part say about their headers, by the header's id: rejecting, noted, waiting."""

    reasons: ReasonsByHeader = field(default_factory=dict)
    notes: ReasonsByHeader = field(default_factory=dict)
    waiting: ReasonsByHeader = field(default_factory=dict)


class LineJudgement:
    """The judgement of one flow's lines."""

    def __init__(self, context: StepContext, lines: Lines, destination: KeyedSource, references: ReferenceData) -> None:
        self._lines = lines
        self._examination = Examination(context, lines.flow, destination, references)
        self._examination.check_defaults()

    def out_of_scope(self, extracted: StagedSet) -> Iterator[Mapping[str, Reason]]:
        """Of each part the headers that a line keeps out of scope, and why."""
        return (self._out_of_scope(frame_of(part)) for part in extracted.parts(LINES))

    def findings(self, extracted: StagedSet, mapped: StagedSet) -> Iterator[LineFindings]:
        """Of each part what its lines say about their headers."""
        names = (f"{LINE}{name}" for name in ("cds", "destination", "findings"))
        tables = zip(extracted.parts(LINES), *(mapped.parts(name) for name in names), strict=True)
        return (self._findings(frame_of(source), MappedTables.of(*tables_of)) for source, *tables_of in tables)

    def _out_of_scope(self, source: pd.DataFrame) -> Mapping[str, Reason]:
        flow, found = self._lines.flow, dict[str, Reason]()
        decisive = (name for condition in flow.scope for name in condition.fields)
        fields = dict.fromkeys((self._lines.lookup, flow.source.key, *decisive))
        for row in plain_rows(source, fields):
            reason, header = failed(flow.scope, row), row[self._lines.lookup] or ""
            if reason and header not in found:
                found[header] = replace(reason, line=row[flow.source.key] or "?")
        return found

    def _findings(self, source: pd.DataFrame, mapped: MappedTables) -> LineFindings:
        reasons, notes = self._examination.findings(mapped)
        waiting = self._examination.waiting(source, mapped, range(len(source)))
        headers = source[self._lines.lookup].tolist()
        numbers = ["" if pd.isna(number) else str(number) for number in mapped.destination[self._key]]
        found: LineFindings = LineFindings(defaultdict(list), defaultdict(list), defaultdict(list))
        repeated = Counter((header, normalised(number)) for header, number in zip(headers, numbers, strict=True))
        for row, (header, number) in enumerate(zip(headers, numbers, strict=True)):
            own = [*self._about_number(number, repeated[header, normalised(number)]), *reasons.get(row, ())]
            apart = self._examination.apart_from_parent(own, waiting.get(row))
            waits = [waiting[row]] if row in waiting else []
            for kind, of_line in ((found.reasons, apart), (found.notes, notes.get(row, ())), (found.waiting, waits)):
                if of_line:
                    kind[header] += [replace(reason, line=number or "?") for reason in of_line]
        return found

    @property
    def _key(self) -> str:
        return self._lines.flow.destination.key

    def _about_number(self, number: str, count: int) -> Iterator[Reason]:
        source = self._lines.flow.source
        advice = f'or set line_numbers = "assign" in site.toml [flows.{self._lines.flow.name}]'
        if not number:
            text = f"The line has no number. Give it one in {source.key}, {advice}."
            yield Reason(REQUIRED, text, source.key)
        elif count > 1:
            text = f"{count} lines have this number. Give each its own in {source.key}, {advice}."
            yield Reason(DUPLICATE_LINE, text, source.key, number)
