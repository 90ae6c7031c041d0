"""One load at work: plans each part, writes in batches, records what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from p2c.cds import CdsRow
from p2c.contract import Value
from p2c.errors import (
    CircuitBreakerError,
    FlowStoppedError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
)
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowOutcome, RowState
from p2c.ledger.leases import Lease
from p2c.planning import MappedRow, Plan, Planner, StoredRow
from p2c.steps.context import StepContext
from p2c.steps.report import LoadReport
from p2c.steps.verdict import Verdict
from p2c.systems.finance_operations import Operation, Result

#: The reason of a row that may or may not have been written.
NOT_CONFIRMED = "not_confirmed"
#: Refusals that say the destination changed since it was read.
OVERTAKEN = (RecordExistsError, RecordNotFoundError, PreconditionFailedError)

StagedRow = Mapping[str, Value]
StagedPart = list[tuple[Verdict, StagedRow, StagedRow]]


class DestinationSystem(Protocol):
    """The system a flow writes."""

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str
    ) -> Mapping[str, StoredRow]: ...

    def write(
        self, operations: Iterable[Operation], *, lanes: int, before_batch: Callable[[], None]
    ) -> Iterator[Result]: ...


@dataclass(frozen=True)
class Planned:
    """A row with what is to become of it. ``cds`` is its canonical form, None where it was not accepted."""

    row: MappedRow
    plan: Plan
    cds: StagedRow | None = None
    state: RowState | None = None

    def outcome(self, *, request_id: str = "") -> RowOutcome:
        """The row's outcome if its plan comes to pass."""
        landed = self.plan.outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
        return RowOutcome(
            source_id=self.row.source_id,
            integration_key=self.row.key,
            version=self.row.version,
            outcome=self.plan.outcome,
            reasons=self.plan.reasons,
            destination_key=self.row.key if landed else None,
            changed_fields=tuple(self.plan.values),
            differences=self.plan.differences,
            ours=landed,
            request_id=request_id,
        )

    def failed(self, reason: Reason, *, request_id: str = "") -> RowOutcome:
        """The row's outcome if the destination did not take it."""
        return replace(
            self.outcome(),
            outcome=Outcome.FAILED,
            reasons=(reason,),
            destination_key=None,
            changed_fields=(),
            ours=False,
            request_id=request_id,
        )


Settled = tuple[Planned, RowOutcome]


class Loading:
    """Loads one organization's parts while it holds the lease."""

    def __init__(
        self,
        context: StepContext,
        destination: DestinationSystem,
        planner: Planner,
        lease: Lease,
        report: LoadReport,
    ) -> None:
        self._context = context
        self._flow = context.applied_flow
        self._destination = destination
        self._planner = planner
        self._lease = lease
        self._report = report
        self._company = context.settings.legal_entity
        self._fingerprint = context.site.fingerprint(context.organization, context.flow)
        self.unconfirmed = 0
        self._attempted = 0
        self._failed = 0
        self._key_proved = False

    def load(self, part: StagedPart) -> None:
        """Plan and, unless the run is dry, write one part."""
        planned = list(self._planned(part))
        writes = [item for item in planned if item.plan.values]
        if self._context.run.dry_run:
            self._report.add(item.outcome() for item in planned)
            return
        self._record([(item, item.outcome()) for item in planned if not item.plan.values])
        for chunk in self._chunks(writes):
            self._write(chunk)

    def _planned(self, part: StagedPart) -> Iterator[Planned]:
        rows = [(verdict, cds, row) for verdict, cds, row in part if verdict.verdict != "repeated"]
        states = self._context.ledger.states(
            self._flow.name, self._context.organization, [verdict.source_id for verdict, _, _ in rows]
        )
        stored = self._stored(self._keys_to_read(rows, states))
        for verdict, cds, values in rows:
            state = states.get(verdict.source_id)
            reasons = verdict.reasons
            row = MappedRow(verdict.source_id, verdict.key, verdict.version, values, reasons)
            if state and state.dismissed and state.version >= verdict.version:
                yield Planned(row, Plan(Outcome.SKIPPED, reasons=state.reasons), state=state)
                continue
            match verdict.verdict:
                case "rejected":
                    yield Planned(row, Plan(Outcome.REJECTED, reasons=reasons), state=state)
                case "out_of_scope":
                    yield Planned(row, self._plan_out_of_scope(reasons[0], stored, state), state=state)
                case _:
                    found = stored.get(normalised(verdict.key))
                    yield Planned(row, self._planner.plan(row, found, state), cds, state)

    def _keys_to_read(
        self, rows: Iterable[tuple[Verdict, StagedRow, StagedRow]], states: Mapping[str, RowState]
    ) -> list[str]:
        ready = [verdict.key for verdict, _, _ in rows if verdict.verdict == "ready"]
        left = [
            state.destination_key
            for verdict, _, _ in rows
            if verdict.verdict == "out_of_scope"
            and (state := states.get(verdict.source_id))
            and state.ours
            and state.destination_key
        ]
        return [*ready, *left]

    def _stored(self, keys: Sequence[str]) -> dict[str, StoredRow]:
        if not keys:
            return {}
        destination = self._flow.destination
        rows = self._destination.rows_by_key(
            destination.entity_set, destination.key, keys, self._planner.fields_to_read(), self._company
        )
        return {normalised(key): row for key, row in rows.items()}

    def _plan_out_of_scope(self, reason: Reason, stored: Mapping[str, StoredRow], state: RowState | None) -> Plan:
        if state is None or not state.ours:
            return Plan(Outcome.SKIPPED, reasons=(reason,))
        action = self._context.settings.left.get(self._flow.name, "report")
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
        operations = [self._operation(number, item) for number, item in enumerate(writes)]
        results = self._destination.write(
            operations, lanes=self._flow.destination.lanes, before_batch=self._lease.renew
        )
        unsettled: list[Planned] = []
        settled: list[Settled] = []
        try:
            for result in results:
                item = writes[result.operation.reference]
                if result.outcome == "ambiguous" or isinstance(result.error, OVERTAKEN):
                    unsettled.append(item)
                else:
                    settled.append(self._settled(item, result))
                if len(settled) >= self._context.site.runs.batch_size:
                    self._record(settled)
                    settled = []
        finally:
            self._record(settled)
        self._record(list(self._read_back(unsettled)))

    def _operation(self, number: int, item: Planned) -> Operation:
        destination = self._flow.destination
        create = item.plan.outcome is Outcome.CREATED
        key = (
            item.row.key if item.plan.outcome is not Outcome.LEFT else (item.state and item.state.destination_key) or ""
        )
        return Operation(
            kind="create" if create else "update",
            entity_set=destination.entity_set,
            company=self._company,
            key={destination.key: key},
            values={name: value for name, value in item.plan.values.items() if name != destination.key},
            reference=number,
            etag=item.plan.etag,
        )

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
        if normalised(issued) == normalised(item.row.key):
            return
        text = (
            f"{self._flow.destination.entity_set}: {item.row.key} was created as {issued!r}: the number sequence "
            f"replaces our key. Set {self._flow.destination.number_sequence} to Manual in {self._company}, delete "
            f"{issued!r} there, then clear load."
        )
        reason = Reason("key_replaced", text, self._flow.destination.key, issued)
        self._record([(item, item.failed(reason, request_id=result.request_id))])
        raise FlowStoppedError(text)

    def _read_back(self, items: Sequence[Planned]) -> Iterator[Settled]:
        """Decide about rows whose request got no answer, or came too late, by what the destination now holds."""
        stored = self._stored([item.row.key for item in items])
        for item in items:
            found = stored.get(normalised(item.row.key))
            if found is not None and self._planner.plan(item.row, found, item.state).outcome is Outcome.UNCHANGED:
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
        settings = self._context.site.runs
        self._attempted += sum(1 for item, _ in done if item.plan.values)
        self._failed += sum(1 for _, outcome in done if _is_refused(outcome))
        if self._failed >= settings.breaker_rows and self._failed >= settings.breaker_share * self._attempted:
            raise CircuitBreakerError(
                f"{self._failed} of {self._attempted} rows written for {self._context.organization} were refused; the "
                "load stopped. The log above names them: mend their cause, then clear this step."
            )


def _is_refused(outcome: RowOutcome) -> bool:
    return outcome.outcome is Outcome.FAILED and outcome.reasons[0].code != NOT_CONFIRMED
