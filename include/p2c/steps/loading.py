"""One load at work: plans each part, writes in batches, records what became of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Literal, NamedTuple, Protocol

from p2c.check.tenant_model import DescribedSystem
from p2c.errors import FlowStoppedError
from p2c.field_comparison import StoredRow
from p2c.flow import REPORT
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState
from p2c.ledger.leases import Lease
from p2c.ledger.records import LANDED, SUPERSEDED
from p2c.line_planning import LineChange
from p2c.planning import MappedRow, Plan, Planner, outdated
from p2c.steps.broken_loads import BrokenLoads
from p2c.steps.choosing import Choosing
from p2c.steps.context import StepContext
from p2c.steps.dry_run import DryRun
from p2c.steps.following import Following, is_open
from p2c.steps.key_proof import KeyProof
from p2c.steps.line_rows import LineRows, LineSystem, StoredLines
from p2c.steps.planned import Planned, Settled
from p2c.steps.predecessors import with_predecessors
from p2c.steps.recording import NOT_CONFIRMED, Recording, is_unconfirmed
from p2c.steps.reference_rows import reference_data
from p2c.steps.report import LoadReport
from p2c.steps.rivals import Rivals
from p2c.steps.sales_rows import SalesSystem
from p2c.steps.senders import Senders
from p2c.steps.staged_parts import JudgedRow, StagedRow
from p2c.steps.written_rows import written_rows
from p2c.systems.finance_operations import Operation, Result
from p2c.validation.references import ReferenceSource
from p2c.validation.scope import GONE, LEFT_ALONE


class Destination(LineSystem, SalesSystem, ReferenceSource, DescribedSystem, Protocol):
    """The destination, of which each kind offers what its flows need."""


class _Stored(NamedTuple):
    """Of one part: the destination's rows by key, their lines by their integration key, and the keys to be sent."""

    rows: Mapping[str, StoredRow]
    lines: Mapping[str, StoredLines]
    sent: frozenset[str]


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
        self._senders = Senders(context)
        self._rivals = Rivals(context)
        self._broken_loads = BrokenLoads(context)
        company = context.settings.legal_entity
        self._rows = written_rows(self._flow, destination, planner.fields_to_read(), references, company)
        self._lines = LineRows(self._flow.lines, destination, company) if self._flow.lines else None
        self._lease = lease
        self._report = report
        self._recording = Recording(context, report)
        self.unconfirmed = 0
        self._dry_run = DryRun(context) if context.run.dry_run else None
        self._following = Following(self._rows, planner, lease.renew)
        self._key_proof = KeyProof(self._flow, company, self._rows, lease.renew)

    def load(self, part: Sequence[JudgedRow]) -> None:
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

    def found(self) -> Mapping[str, Any]:
        """What a dry run has found."""
        return self._dry_run.close() if self._dry_run else {}

    def _planned(self, part: Sequence[JudgedRow]) -> Iterator[Planned]:
        ids = [judged.verdict.source_id for judged in part]
        states = self._context.ledger.states(self._flow.name, self._context.organization, ids)
        self._broken_loads.look_up(ids)
        mapped = [(judged, self._mapped(judged, states.get(judged.verdict.source_id))) for judged in part]
        stored = self._read(mapped, states)
        for judged, row in mapped:
            verdict, state = judged.verdict, states.get(judged.verdict.source_id)
            if state and state.dismissed and (self._flow.source.read_whole or state.version >= verdict.version):
                yield Planned(row, Plan(Outcome.SKIPPED, reasons=state.reasons), state=state)
            elif older := outdated(row, state) or self._broken_loads.outdated(row):
                yield Planned(row, older, state=state)
            elif verdict.verdict == "ready":
                yield self._planned_ready(row, judged.cds, stored, state)
            elif verdict.verdict == "out_of_scope":
                yield Planned(row, self._plan_out_of_scope(verdict.reasons[0], stored, state), state=state)
            else:
                yield Planned(row, Plan(Outcome(verdict.verdict), reasons=verdict.reasons), state=state)

    def _read(self, mapped: Sequence[tuple[JudgedRow, MappedRow]], states: Mapping[str, RowState]) -> _Stored:
        """What the destination and the ledger hold of the rows of a part, with a few requests for all of them."""
        ready = [row for judged, row in mapped if judged.verdict.verdict == "ready"]
        rows = self._rows.read(self._keys_to_read(mapped, states))
        keys = [self._planner.destination_key(row) for row in ready]
        self._senders.look_up(keys)
        present = [row.key for row, key in zip(ready, keys, strict=True) if normalised(key) in rows]
        lines = self._lines.read(present) if self._lines and present else {}
        self._rivals.look_up(ready, [row.source_id for judged, row in mapped if _is_gone(judged)])
        return _Stored(rows, lines, frozenset(map(normalised, keys)))

    def _planned_ready(self, row: MappedRow, cds: StagedRow, stored: _Stored, own: RowState | None) -> Planned:
        if refusal := self._rivals.refusal(row, cds):
            return Planned(row, refusal, state=own)
        key = self._planner.destination_key(row)
        state, takes_over = with_predecessors(row, key, own, self._rivals.holders)
        held = _held_key(state)
        before = stored.rows.get(normalised(held)) if normalised(held) != normalised(key) else None
        lines = stored.lines.get(normalised(row.key), {})
        plan = self._planner.plan(row, stored.rows.get(normalised(key)), state, before, self._changes(row, lines))
        if reason := self._senders.refusal(key, state) or self._unwritable(row, key, plan):
            plan = Plan(Outcome.REJECTED, reasons=(reason,))
        if plan.outcome in LANDED:
            plan = replace(plan, reasons=(*plan.reasons, *self._rivals.bequeathed(key, takes_over)))
        return Planned(row, plan, key, cds, state, takes_over, lines)

    def _changes(self, row: MappedRow, stored: StoredLines) -> tuple[LineChange, ...]:
        return self._lines.changes(row, stored) if self._lines else ()

    def _mapped(self, judged: JudgedRow, state: RowState | None) -> MappedRow:
        verdict, values = judged.verdict, judged.values
        filled = self._choosing.filled(values, state) if verdict.verdict == "ready" else values
        return MappedRow(verdict.source_id, verdict.key, verdict.version, filled, verdict.reasons, judged.lines)

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
        self, mapped: Iterable[tuple[JudgedRow, MappedRow]], states: Mapping[str, RowState]
    ) -> Iterator[str]:
        for judged, row in mapped:
            verdict = judged.verdict.verdict
            if verdict == "ready":
                yield self._planner.destination_key(row)
            held = _held_key(states.get(row.source_id))
            if held and (verdict == "out_of_scope" or (verdict == "ready" and self._flow.moved_action)):
                yield held

    def _plan_out_of_scope(self, reason: Reason, stored: _Stored, state: RowState | None) -> Plan:
        if state is None or not state.ours or reason.code == SUPERSEDED:
            return Plan(Outcome.SKIPPED, reasons=(reason,))
        chosen = self._context.settings.left.get(self._flow.name, REPORT)
        held = normalised(state.destination_key or "")
        action = REPORT if held in stored.sent or reason.code in LEFT_ALONE else chosen
        return self._planner.plan_left(stored.rows.get(held), action, reason)

    def _chunks(self, writes: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
        """The first create goes alone: whether our keys are kept shows before a whole batch has other numbers."""
        creates = [item for item in writes if item.plan.outcome is Outcome.CREATED]
        if creates and not self._key_proof.shown:
            yield creates[:1]
            writes = [item for item in writes if item is not creates[0]]
        if writes:
            yield writes

    def _write(self, writes: Sequence[Planned]) -> None:
        operations = [self._operation(number, item) for number, item in enumerate(writes) if item.sends]
        results = self._rows.write(operations, self._lease.renew)
        unsettled: list[Planned] = []
        settled: list[Settled] = [(item, item.outcome()) for item in writes if not item.sends]
        try:
            for result in results:
                item = writes[result.operation.reference]
                if is_open(result):
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
        whole = self._following.settled(done)
        while some := list(islice(whole, self._context.site.runs.batch_size)):
            self.unconfirmed += sum(is_unconfirmed(outcome) for _, outcome in some)
            self._record(some)

    def _operation(self, number: int, item: Planned) -> Operation:
        plan = item.plan
        key = item.key if plan.outcome is not Outcome.LEFT else _held_key(item.state)
        kind: Literal["create", "update"] = "create" if plan.outcome is Outcome.CREATED else "update"
        row = self._rows.operation(kind, key, plan.values, number, plan.etag, item.row.values)
        if self._lines is None or not plan.lines:
            return row
        return self._lines.together(row if plan.values else None, plan.lines, number)

    def _settled(self, item: Planned, result: Result) -> Settled:
        if item.plan.outcome is Outcome.CREATED and (replaced := self._key_proof.replaced(item, result)):
            self._record([(item, item.failed(replaced, request_id=result.request_id))])
            raise FlowStoppedError(replaced.text)
        if result.outcome == "refused":
            error = result.error
            text = error.message if error else "The destination refuses the row without a reason."
            return item, item.failed(Reason("refused", text, line=result.line), request_id=result.request_id)
        return item, item.outcome(request_id=result.request_id)

    def _read_back(self, items: Sequence[Planned]) -> Iterator[Settled]:
        """Decide about rows whose request got no answer, or came too late, by what the destination now holds."""
        stored = self._rows.read(item.key for item in items if item.key)
        lines = self._lines.read([item.row.key for item in items]) if self._lines and items else {}
        for item in items:
            found, changes = (
                stored.get(normalised(item.key)),
                self._changes(item.row, lines.get(normalised(item.row.key), {})),
            )
            if found is not None and self._planner.is_written(item.row, found, item.state, changes):
                yield item, item.outcome()
                continue
            text = "The request got no answer or met another change, and the row read back differs; it is tried again."
            reason = Reason(NOT_CONFIRMED, text)
            yield item, item.failed(reason)

    def _record(self, done: Sequence[Settled]) -> None:
        self._recording.record(self._lines.with_amounts(done) if self._lines else done)


def _is_gone(judged: JudgedRow) -> bool:
    verdict = judged.verdict
    return verdict.verdict == "out_of_scope" and verdict.reasons[0].code == GONE


def _held_key(state: RowState | None) -> str:
    """The key of the destination row that is ours, empty where none is."""
    return (state.destination_key or "") if state and state.ours else ""
