"""One load at work: plans each part, writes in batches, records what became of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, Protocol

import p2c_metadata
from p2c.cds import CdsRow
from p2c.errors import (
    FlowStoppedError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
)
from p2c.flow import REPORT, Flow
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowOutcome, RowState
from p2c.ledger.leases import Lease
from p2c.planning import MappedRow, Plan, Planner, StoredRow
from p2c.steps.breaker import exceeded, open_breaker
from p2c.steps.choosing import Choosing
from p2c.steps.context import StepContext
from p2c.steps.destination_rows import DestinationRows, DestinationSystem
from p2c.steps.dry_run import DryRun
from p2c.steps.following import WrittenRows, settled_whole
from p2c.steps.planned import Planned, Settled, StagedRow
from p2c.steps.reference_rows import reference_data
from p2c.steps.report import LoadReport
from p2c.steps.sales_rows import SalesRows, SalesSystem
from p2c.steps.verdict import Verdict
from p2c.systems.finance_operations import Operation, Result
from p2c.validation.references import ReferenceData, ReferenceSource
from p2c.validation.scope import LEFT_ALONE

#: The reason of a row that may or may not have been written.
NOT_CONFIRMED = "not_confirmed"
#: Refusals that say the destination changed since it was read.
OVERTAKEN = (RecordExistsError, RecordNotFoundError, PreconditionFailedError)

StagedPart = list[tuple[Verdict, StagedRow, StagedRow]]


class Destination(DestinationSystem, SalesSystem, ReferenceSource, Protocol):
    """The destination, of which each kind offers what its flows need."""


class Loading:
    """Loads one organization's parts while it holds the lease."""

    def __init__(
        self,
        context: StepContext,
        destination: Destination,
        planner: Planner,
        lease: Lease,
        report: LoadReport,
    ) -> None:
        self._context = context
        self._flow = context.applied_flow
        self._planner = planner
        references = reference_data(context, destination)
        self._choosing = Choosing(self._flow, references)
        self._rows = _rows(self._flow, destination, planner.fields_to_read(), references, context.settings.legal_entity)
        self._lease = lease
        self._report = report
        self._fingerprint = context.site.fingerprint(context.organization, context.flow)
        self.unconfirmed = 0
        self._attempted = 0
        self._failed = 0
        self._too_many_failed = False
        self._dry_run = DryRun(context) if context.run.dry_run else None
        self._key_proved = False

    def load(self, part: StagedPart) -> None:
        """Plan and, unless the run is dry, write one part."""
        planned = list(self._planned(part))
        writes = [item for item in planned if item.writes]
        if self._dry_run:
            self._report.add(item.outcome() for item in planned)
            self._dry_run.add(planned)
            return
        self._record([(item, item.outcome()) for item in planned if not item.writes])
        for chunk in self._chunks(writes):
            self._write(chunk)

    def statistics(self) -> Mapping[str, Any]:
        """What the ledger keeps with the run: of a dry run, what it found."""
        return self._dry_run.close() if self._dry_run else {}

    def _planned(self, part: StagedPart) -> Iterator[Planned]:
        rows = [(verdict, cds, row) for verdict, cds, row in part if verdict.verdict != "repeated"]
        states = self._context.ledger.states(
            self._flow.name, self._context.organization, [verdict.source_id for verdict, _, _ in rows]
        )
        mapped = [
            (verdict, cds, self._mapped(verdict, values, states.get(verdict.source_id)))
            for verdict, cds, values in rows
        ]
        stored = self._rows.read(self._keys_to_read(mapped, states))
        for verdict, cds, row in mapped:
            state = states.get(verdict.source_id)
            if state and state.dismissed and state.version >= verdict.version:
                yield Planned(row, Plan(Outcome.SKIPPED, reasons=state.reasons), state=state)
            elif verdict.verdict == "ready":
                yield self._planned_ready(row, cds, stored, state)
            elif verdict.verdict == "out_of_scope":
                yield Planned(row, self._plan_out_of_scope(verdict.reasons[0], stored, state), state=state)
            else:
                yield Planned(row, Plan(Outcome(verdict.verdict), reasons=verdict.reasons), state=state)

    def _planned_ready(
        self, row: MappedRow, cds: StagedRow, stored: Mapping[str, StoredRow], state: RowState | None
    ) -> Planned:
        key, held = self._planner.destination_key(row), _held_key(state)
        before = stored.get(normalised(held)) if normalised(held) != normalised(key) else None
        plan = self._planner.plan(row, stored.get(normalised(key)), state, before)
        if reason := self._unwritable(row, key, plan):
            plan = Plan(Outcome.REJECTED, reasons=(reason,))
        return Planned(row, plan, key, cds, state)

    def _mapped(self, verdict: Verdict, values: StagedRow, state: RowState | None) -> MappedRow:
        filled = self._choosing.filled(values, state) if verdict.verdict == "ready" else values
        return MappedRow(verdict.source_id, verdict.key, verdict.version, filled, verdict.reasons)

    def _unwritable(self, row: MappedRow, key: str, plan: Plan) -> Reason | None:
        if ids := self._rows.ambiguous.get(normalised(key)):
            text = (
                f"{self._flow.destination.entity_set} has {len(ids)} rows with the key {key}: {', '.join(ids[:5])}. "
                "Keep one of them."
            )
            return Reason("ambiguous_key", text, self._flow.destination.key, key)
        # in a dry run a row may name one that an earlier flow would create
        return None if self._dry_run else self._rows.unknown(key, plan.values, row.values)

    def _keys_to_read(
        self, mapped: Iterable[tuple[Verdict, StagedRow, MappedRow]], states: Mapping[str, RowState]
    ) -> Iterator[str]:
        for verdict, _, row in mapped:
            if verdict.verdict == "ready":
                yield self._planner.destination_key(row)
            held = _held_key(states.get(verdict.source_id))
            if held and (verdict.verdict == "out_of_scope" or (verdict.verdict == "ready" and self._flow.moved_action)):
                yield held

    def _plan_out_of_scope(self, reason: Reason, stored: Mapping[str, StoredRow], state: RowState | None) -> Plan:
        if state is None or not state.ours:
            return Plan(Outcome.SKIPPED, reasons=(reason,))
        chosen = self._context.settings.left.get(self._flow.name, REPORT)
        action = REPORT if reason.code in LEFT_ALONE else chosen
        return self._planner.plan_left(stored.get(normalised(state.destination_key or "")), action, reason)

    def _chunks(self, writes: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
        """The first create goes alone: whether our keys are kept shows before a whole batch has other numbers."""
        creates = [item for item in writes if item.plan.outcome is Outcome.CREATED]
        if creates and not self._key_proved:
            yield creates[:1]
            writes = [item for item in writes if item is not creates[0]]
        if writes:
            yield writes

    def _write(self, writes: Sequence[Planned]) -> None:
        operations = [self._operation(number, item) for number, item in enumerate(writes) if item.plan.values]
        results = self._rows.write(operations, self._lease.renew)
        unsettled: list[Planned] = []
        settled: list[Settled] = [(item, item.outcome()) for item in writes if not item.plan.values]
        try:
            for result in results:
                item = writes[result.operation.reference]
                if result.outcome == "ambiguous" or isinstance(result.error, OVERTAKEN):
                    unsettled.append(item)
                else:
                    settled.append(self._settled(item, result))
                if len(settled) >= self._context.site.runs.batch_size:
                    self._record_written(settled)
                    settled = []
        finally:
            self._record_written(settled)
        self._record_written(list(self._read_back(unsettled)))

    def _record_written(self, done: Sequence[Settled]) -> None:
        """A row is recorded only when what follows it is settled too."""
        whole = settled_whole(done, self._rows, self._lease.renew)
        while some := list(islice(whole, self._context.site.runs.batch_size)):
            self._record(some)

    def _operation(self, number: int, item: Planned) -> Operation:
        plan = item.plan
        key = item.key if plan.outcome is not Outcome.LEFT else _held_key(item.state)
        kind: Literal["create", "update"] = "create" if plan.outcome is Outcome.CREATED else "update"
        return self._rows.operation(kind, key, plan.values, number, plan.etag, item.row.values)

    def _settled(self, item: Planned, result: Result) -> Settled:
        if result.outcome == "refused":
            error = result.error
            reason = Reason("refused", error.message if error else "The destination refuses the row without a reason.")
            return item, item.failed(reason, request_id=result.request_id)
        if item.plan.outcome is Outcome.CREATED:
            self._require_our_key(item, result)
            self._key_proved = True
        return item, item.outcome(request_id=result.request_id)

    def _require_our_key(self, item: Planned, result: Result) -> None:
        """A number sequence that is not manual replaces our key: every further create would double a row."""
        issued = result.returned.get(self._flow.destination.key) or ""
        if not self._flow.destination.number_sequence or normalised(issued) == normalised(item.row.key):
            return
        destination, company = self._flow.destination, self._context.settings.legal_entity
        text = (
            f"{destination.entity_set}: {item.row.key} was created as {issued!r}: the number sequence "
            f"replaces our key. Set {destination.number_sequence} to Manual in {company}, delete "
            f"{issued!r} there, then clear load."
        )
        reason = Reason("key_replaced", text, self._flow.destination.key, issued)
        self._record([(item, item.failed(reason, request_id=result.request_id))])
        raise FlowStoppedError(text)

    def _read_back(self, items: Sequence[Planned]) -> Iterator[Settled]:
        """Decide about rows whose request got no answer, or came too late, by what the destination now holds."""
        stored = self._rows.read(item.key for item in items if item.key)
        for item in items:
            found = stored.get(normalised(item.key))
            if found is not None and self._planner.is_written(item.row, found, item.state):
                yield item, item.outcome()
                continue
            self.unconfirmed += 1
            text = "The request got no answer or met another change, and the row read back differs; it is tried again."
            reason = Reason(NOT_CONFIRMED, text)
            yield item, item.failed(reason)

    def _record(self, done: Sequence[Settled]) -> None:
        if not done:
            return
        context = self._context
        outcomes = [outcome for _, outcome in done]
        accepted = [(item, item.cds) for item, outcome in done if outcome.ours and item.cds is not None]
        context.cds.upsert(
            self._flow.cds,
            self._flow.name,
            context.organization,
            [CdsRow(item.row.source_id, item.row.version, cds, self._flow.source.entity_set) for item, cds in accepted],
        )
        context.ledger.record(context.key, outcomes, fingerprint=self._fingerprint)
        self._report.add(outcomes)
        self._count(done)

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


def _rows(
    flow: Flow, system: Destination, fields: Sequence[str], references: ReferenceData, company: str
) -> WrittenRows:
    if flow.destination.system == "sales":
        return SalesRows(flow, system, fields, p2c_metadata.load("sales"), references)
    return DestinationRows(flow, system, fields, company)


def _held_key(state: RowState | None) -> str:
    """The key of the destination row that is ours, empty where none is."""
    return (state.destination_key or "") if state and state.ours else ""


def _is_refused(outcome: RowOutcome) -> bool:
    return outcome.outcome is Outcome.FAILED and outcome.reasons[0].code != NOT_CONFIRMED
