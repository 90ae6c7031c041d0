"""Validate: scope first, then the contracts of both hops, duplicates and references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from p2c.ledger import Outcome, RowState
from p2c.steps.breaker import check_rejected
from p2c.steps.company import CompanySystem, check_company
from p2c.steps.context import Reference, StepContext
from p2c.steps.earlier_flows import foreseen
from p2c.steps.judgement import Judgement
from p2c.steps.reference_rows import reference_data
from p2c.steps.verdict import VERDICTS, Verdict, Verdicts
from p2c.validation.parents import KeyedSource
from p2c.validation.references import ReferenceSource

#: Beside the verdicts: how many rows that no earlier run has judged as they are have which verdict.
NEWLY = "newly"


class ReferenceSystem(ReferenceSource, KeyedSource, CompanySystem, Protocol):
    """The destination, as far as validate reads it."""


def validate(context: StepContext, destination: ReferenceSystem, reference: Mapping[str, object]) -> Reference:
    """Judge every row; the verdicts are staged beside the mapped rows.

    Raises ConfigurationError for an organization or a default that the destination does not know, CircuitBreakerError
    where too many newly read rows are rejected (of a run in key ranges, load sees that), and StagingError.
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
    for verdicts in judgement.parts():
        writer.write({"verdicts": verdicts.table()})
        counts += verdicts.counts()
        newly += verdicts.counts() - _read_again(context, verdicts)
        context.progress(f"{writer.progress.rows['verdicts']} rows validated")
        context.advanced("validate", writer.progress.rows["verdicts"], mapped.rows["destination"])
    rows = writer.commit({NEWLY: newly}).rows["verdicts"]
    if context.key_range.whole:
        check_rejected(context, newly)
    return context.reference(step, rows, counts)


def _read_again(context: StepContext, verdicts: Verdicts) -> Counter[str]:
    """Rows due, and rows that an earlier run rejected as they are and this one reads by no one's wish.

    Overlapping windows read them again, and so does every whole read.
    """
    known: dict[str, RowState] = {}
    rejected = {row: verdict for row, verdict in verdicts.found.items() if verdict.verdict == "rejected"}
    if context.run.window.kind == "watermark":
        ids = [verdict.source_id for verdict in rejected.values()]
        known = context.ledger.states(context.flow.name, context.organization, ids)
    due = {row for row, again in enumerate(verdicts.due) if again}
    before = {
        row for row, verdict in rejected.items() if _rejected_before(context, verdict, known.get(verdict.source_id))
    }
    return Counter(verdicts.verdict(row) for row in due | before)


def _rejected_before(context: StepContext, verdict: Verdict, state: RowState | None) -> bool:
    if state is None or state.outcome is not Outcome.REJECTED or state.is_of(context.key):
        return False
    return context.flow.source.read_whole or state.version >= verdict.version
