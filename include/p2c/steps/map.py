"""Map: source > CDS > destination, a column at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import repeat

import pandas as pd
import pyarrow as pa

from p2c.flow import DateDefault, Flow
from p2c.mapping.hop import Finding, Hop, MappedPart, block_column, default_column
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.staging import StagedSet
from p2c.steps.context import Reference, StepContext
from p2c.steps.extracted_lines import LINES
from p2c.steps.line_numbers import numbered

#: What the tables of lines are called behind: ``line_cds`` beside ``cds``.
LINE = "line_"

FINDINGS = pa.schema(
    [("row", pa.int64()), *((name, pa.string()) for name in ("severity", "target", "code", "text", "field", "value"))]
)


def map_rows(context: StepContext, reference: Mapping[str, object]) -> Reference:
    """Map the rows that extract staged; what does not fit is noted beside its row for validate.

    Raises ConfigurationError for a default or a value map that the site lacks, and StagingError.
    """
    flow = context.applied_flow
    own, lines = _Mapping(context, flow), _Mapping(context, flow.lines.flow, LINE) if flow.lines else None
    counts: Counter[str] = Counter()
    step, extracted = context.staged("map"), context.handed_on(reference, "extract").within(context.key_range)
    writer = step.writer(own.schemas | (lines.schemas if lines else {}), attempt=context.attempt)
    for part, of_lines in zip(extracted.parts("rows"), _line_parts(extracted, flow), strict=False):
        tables = own.tables(part.to_pandas(types_mapper=pd.ArrowDtype))
        if lines and flow.lines:
            rows = of_lines.to_pandas(types_mapper=pd.ArrowDtype)
            tables |= lines.tables(numbered(rows, flow.lines, context.cds, context.organization))
        writer.write(tables)
        counts.update(own.counts + lines.counts if lines else own.counts)
        context.progress(f"{writer.progress.rows['destination']} rows mapped")
        context.advanced("map", writer.progress.rows["destination"], extracted.rows["rows"])
    return context.reference(step, writer.commit({}).rows["destination"], counts)


def _line_parts(extracted: StagedSet, flow: Flow) -> Iterator[pa.Table]:
    return extracted.parts(LINES) if flow.lines else repeat(pa.table({}))


class _Mapping:
    """Both hops of one declaration; its tables bear ``prefix``."""

    def __init__(self, context: StepContext, flow: Flow, prefix: str = "") -> None:
        self._to_cds = source_hop(flow, context.site, context.organization)
        self._to_destination = destination_hop(flow, context.site, context.organization)
        self._prefix = prefix
        self.schemas = {
            f"{prefix}cds": hop_schema(self._to_cds),
            f"{prefix}destination": hop_schema(self._to_destination),
            f"{prefix}findings": FINDINGS,
        }
        self.counts: Counter[str] = Counter()

    def tables(self, source: pd.DataFrame) -> dict[str, pa.Table]:
        """The staged tables of one part; ``counts`` tells of its findings."""
        cds = self._to_cds.apply(source)
        destination = self._to_destination.apply(cds.frame)
        findings = [*_rows("problem", cds, destination), *_rows("note", cds, destination)]
        frames = {f"{self._prefix}cds": cds.frame, f"{self._prefix}destination": destination.frame}
        tables = {
            name: pa.Table.from_pandas(frame, schema=self.schemas[name], preserve_index=False)
            for name, frame in frames.items()
        }
        self.counts = Counter(str(finding["severity"]) for finding in findings)
        return {**tables, f"{self._prefix}findings": pa.Table.from_pylist(findings, schema=FINDINGS)}


def hop_schema(hop: Hop) -> pa.Schema:
    """The staged columns of a hop: its targets, which dates are defaults, and for each block whether it is sent."""
    fields = [(pair.target, hop.contracts[pair.target].arrow_type) for pair in hop.pairs]
    dates = (pair.target for pair in hop.pairs if any(isinstance(step, DateDefault) for step in pair.transforms))
    yes_or_no = (*map(default_column, dates), *map(block_column, hop.blocks))
    return pa.schema([*fields, *((name, pa.bool_()) for name in yes_or_no)])


def _rows(severity: str, *parts: MappedPart) -> Iterator[dict[str, object]]:
    for part in parts:
        findings: tuple[Finding, ...] = part.problems if severity == "problem" else part.notes
        for finding in findings:
            reason = finding.reason
            yield {
                "row": finding.row,
                "severity": severity,
                "target": finding.target,
                "code": reason.code,
                "text": reason.text,
                "field": reason.field,
                "value": reason.value,
            }
