"""Validate: scope first, then the contracts of both hops, duplicates and references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from p2c.steps.breaker import exceeded, open_breaker
from p2c.steps.company import CompanySystem, check_company
from p2c.steps.context import Reference, StepContext
from p2c.steps.earlier_flows import foreseen
from p2c.steps.judgement import Judgement
from p2c.steps.reference_rows import reference_data
from p2c.steps.verdict import VERDICTS
from p2c.validation.parents import KeyedSource
from p2c.validation.references import ReferenceSource


class ReferenceSystem(ReferenceSource, KeyedSource, CompanySystem, Protocol):
    """The destination, as far as validate reads it."""


def validate(context: StepContext, destination: ReferenceSystem, reference: Mapping[str, object]) -> Reference:
    """Judge every row; the verdicts are staged beside the mapped rows.

    Raises ConfigurationError for an organization or a default that the destination does not know, CircuitBreakerError
    where too many newly read rows are rejected, and StagingError.
    """
    if context.flow.destination.company:
        check_company(context, destination)
    references = reference_data(context, destination)
    mapped = context.handed_on(reference, "map")
    judgement = Judgement(context, mapped, foreseen(context, destination), references)
    counts: Counter[str] = Counter()
    newly: Counter[str] = Counter()
    step = context.staged("validate")
    writer = step.writer({"verdicts": VERDICTS}, attempt=context.attempt)
    for verdicts, due in judgement.parts():
        writer.write({"verdicts": pa.Table.from_pylist([verdict.as_row() for verdict in verdicts], schema=VERDICTS)})
        counts.update(verdict.verdict for verdict in verdicts)
        newly.update(verdict.verdict for verdict, again in zip(verdicts, due, strict=True) if not again)
        context.progress(f"{writer.progress.rows['verdicts']} rows validated")
    rows = writer.commit({}).rows["verdicts"]
    _check_breaker(context, newly)
    return context.reference(step, rows, counts)


def _check_breaker(context: StepContext, newly: Mapping[str, int]) -> None:
    rejected = newly.get("rejected", 0)
    judged = rejected + newly.get("ready", 0)
    if exceeded(context, rejected, judged):
        open_breaker(
            context,
            f"{rejected} of {judged} rows in scope are rejected for {context.organization}; nothing was written. "
            "The log above names them: mend their cause, then clear extract.",
        )
