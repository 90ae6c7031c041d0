"""Recording what became of rows: the CDS first, then the ledger, then the report."""

from __future__ import annotations

from collections.abc import Sequence

from p2c.cds import CdsRow
from p2c.ledger import Outcome, RowOutcome
from p2c.steps.breaker import exceeded, open_breaker
from p2c.steps.context import StepContext
from p2c.steps.planned import Planned, Settled
from p2c.steps.report import LoadReport

#: The reason of a row that may or may not have been written.
NOT_CONFIRMED = "not_confirmed"


class Recording:
    """Records the settled rows of one load, and opens the circuit breaker where too many are refused."""

    def __init__(self, context: StepContext, report: LoadReport) -> None:
        self._context = context
        self._report = report
        self._fingerprint = context.site.fingerprint(context.organization, context.flow)
        self._attempted = 0
        self._failed = 0
        self._too_many_failed = False

    def record(self, done: Sequence[Settled]) -> None:
        """Record settled rows in short transactions; raises CircuitBreakerError afterwards."""
        if not done:
            return
        self._accept([item for item, outcome in done if outcome.ours and item.cds is not None])
        outcomes = [outcome for _, outcome in done]
        self._context.ledger.record(self._context.key, outcomes, fingerprint=self._fingerprint)
        self._report.add(outcomes)
        self._count(done)

    def _accept(self, items: Sequence[Planned]) -> None:
        """Keep the canonical rows; lines that a row no longer has go."""
        context, flow = self._context, self._context.applied_flow
        rows = [
            CdsRow(item.row.source_id, item.row.version, item.cds, flow.source.entity_set) for item in items if item.cds
        ]
        context.cds.upsert(flow.cds, flow.name, context.organization, rows)
        if flow.lines is None:
            return
        lines = flow.lines.flow
        shrunk = [item for item in items if item.takes_over or any(line.kind == "delete" for line in item.plan.lines)]
        kept = {str((item.cds or {})[flow.cds.key]): {line.source_id for line in item.row.lines} for item in shrunk}
        context.cds.keep_only(lines.cds, lines.name, context.organization, flow.lines.header_field, kept)
        of_lines = (
            CdsRow(line.source_id, line.version, line.cds, lines.source.entity_set)
            for item in items
            for line in item.row.lines
        )
        context.cds.upsert(lines.cds, lines.name, context.organization, of_lines)

    def _count(self, done: Sequence[Settled]) -> None:
        """Open the circuit breaker where too large a share of what was attempted failed."""
        self._attempted += sum(1 for item, _ in done if item.writes)
        self._failed += sum(1 for _, outcome in done if _is_refused(outcome))
        if not self._too_many_failed and exceeded(self._context, self._failed, self._attempted):
            self._too_many_failed = True
            open_breaker(
                self._context,
                f"{self._failed} of {self._attempted} rows written for {self._context.organization} were refused. "
                "The log above names them: mend their cause, then clear this step.",
            )


def is_unconfirmed(outcome: RowOutcome) -> bool:
    """Whether nobody knows yet what became of a row."""
    return outcome.outcome is Outcome.FAILED and outcome.reasons[0].code == NOT_CONFIRMED


def _is_refused(outcome: RowOutcome) -> bool:
    return outcome.outcome is Outcome.FAILED and not is_unconfirmed(outcome)
