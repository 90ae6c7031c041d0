"""Map: source > CDS > destination, a column at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pandas as pd
import pyarrow as pa

from p2c.flow import DateDefault
from p2c.mapping.hop import Finding, Hop, MappedPart, block_column, default_column
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.steps.context import Reference, StepContext

FINDINGS = pa.schema(
    [("row", pa.int64()), *((name, pa.string()) for name in ("severity", "target", "code", "text", "field", "value"))]
)


def map_rows(context: StepContext, reference: Mapping[str, object]) -> Reference:
    """Map the rows that extract staged; what does not fit is noted beside its row for validate.

    Raises ConfigurationError for a default or a value map that the site lacks, and StagingError.
    """
    flow = context.applied_flow
    to_cds, to_destination = (
        source_hop(flow, context.site, context.organization),
        destination_hop(flow, context.site, context.organization),
    )
    schemas = {"cds": hop_schema(to_cds), "destination": hop_schema(to_destination), "findings": FINDINGS}
    counts: Counter[str] = Counter()
    step = context.staged("map")
    writer = step.writer(schemas, attempt=context.attempt)
    for part in context.handed_on(reference, "extract").parts("rows"):
        cds = to_cds.apply(part.to_pandas(types_mapper=pd.ArrowDtype))
        destination = to_destination.apply(cds.frame)
        findings = [*_rows("problem", cds, destination), *_rows("note", cds, destination)]
        frames = {"cds": cds.frame, "destination": destination.frame}
        tables = {
            name: pa.Table.from_pandas(frame, schema=schemas[name], preserve_index=False)
            for name, frame in frames.items()
        }
        writer.write({**tables, "findings": pa.Table.from_pylist(findings, schema=FINDINGS)})
        counts.update(str(finding["severity"]) for finding in findings)
        context.progress(f"{writer.progress.rows['destination']} rows mapped")
    return context.reference(step, writer.commit({}).rows["destination"], counts)


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
