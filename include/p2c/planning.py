"""What to do with one mapped row, given what the destination holds and what the ledger remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from p2c.comparison import JsonValue, differs, on_the_wire
from p2c.contract import FieldContract, Value
from p2c.destination_key import joined_key, split_key
from p2c.field_comparison import FieldComparison, FieldDifference, StoredRow, difference
from p2c.flow import Flow
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState, RunKey
from p2c.ledger.records import LANDED
from p2c.line_planning import LineChange, MappedLine
from p2c.plan_reasons import OLDER_VERSION, adopted, does_not_settle, key_changed, locked, moved, not_ours


@dataclass(frozen=True)
class MappedRow:
    """A row that passed validation. ``values`` holds the staged destination row, block columns included."""

    source_id: str
    key: str
    version: int
    values: Mapping[str, Value]
    notes: tuple[Reason, ...] = ()
    lines: tuple[MappedLine, ...] = ()


@dataclass(frozen=True)
class Change:
    """Values to send to an existing destination row."""

    key: str
    values: Mapping[str, JsonValue]
    etag: str | None = None


@dataclass(frozen=True)
class Plan:
    """The outcome a row is to have, and for a created or updated one the values to send.

    ``behind`` is what is done to the destination row that a moved row leaves behind, ``state`` what sets its state by a
    request of its own. ``lines`` are done with the row's own values or not at all. ``differing`` are the fields that
    are not as wanted, also of a row that may not be written; of a block only these, though all of it is sent.
    """

    outcome: Outcome
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    etag: str | None = None
    differences: str = ""
    behind: Change | None = None
    state: Change | None = None
    lines: tuple[LineChange, ...] = ()
    differing: tuple[FieldDifference, ...] = ()

    @property
    def following(self) -> tuple[Change, ...]:
        """What is done, one after the other, once the row's own values are written."""
        return tuple(change for change in (self.behind, self.state) if change)


class Planner:
    """Plans rows of one flow in one run. ``adopt`` takes over destination rows that are not ours.

    A row that differs in the same way in ``settle_runs`` runs is not written again.
    """

    def __init__(
        self, flow: Flow, contracts: Mapping[str, FieldContract], run: RunKey, *, adopt: bool, settle_runs: int
    ) -> None:
        self._flow = flow
        self._contracts = contracts
        self._run = run
        self._adopt = adopt
        self._settle_runs = settle_runs
        self._fields = FieldComparison(flow, contracts)

    def fields_to_read(self) -> tuple[str, ...]:
        """The destination fields a plan compares."""
        left = [name for action in self._flow.left_actions.values() for name in action]
        pairs = [pair.target for pair in self._flow.active(self._flow.cds_to_destination)]
        destination = self._flow.destination
        marks = [mark[0] for mark in (destination.maintained, destination.writable) if mark]
        return tuple(dict.fromkeys([*destination.key_fields, *marks, *pairs, *left]))

    def destination_key(self, row: MappedRow) -> str:
        """The key of the destination row that a row becomes."""
        beside = (str(row.values[name] or "") for name in self._flow.destination.key_with)
        return joined_key((row.key, *beside))

    def plan(
        self,
        row: MappedRow,
        stored: StoredRow | None,
        state: RowState | None,
        before: StoredRow | None = None,
        lines: tuple[LineChange, ...] = (),
    ) -> Plan:
        """Decide about one row, whose lines need the changes ``lines``.

        ``before`` is the destination row it was last sent to, if that is another one.
        """
        if refusal := outdated(row, state) or self._refusal(row, stored, state, lines):
            return refusal
        plan = self._plan(row, stored, state, lines)
        if before is None or state is None or plan.outcome not in LANDED:
            return plan
        values = self._action(self._flow.moved_action, before)
        change = Change(state.destination_key or "", values, before.get("@odata.etag")) if values else None
        return replace(plan, behind=change, reasons=(*plan.reasons, moved(state, self.destination_key(row))))

    def _plan(
        self, row: MappedRow, stored: StoredRow | None, state: RowState | None, lines: tuple[LineChange, ...]
    ) -> Plan:
        sent = self._state(row, stored)
        set_apart = Change(self.destination_key(row), sent) if sent else None
        if stored is None:
            return Plan(Outcome.CREATED, self._fields.created(row.values), row.notes, state=set_apart, lines=lines)
        notes = row.notes if self._ours(stored, state) else (*row.notes, adopted(row.key))
        own = self._fields.differing(row.values, stored)
        differing = (*own, *(difference(name, value, stored) for name, value in sent.items()), *_of(lines))
        if not differing and not lines:
            return Plan(Outcome.UNCHANGED, reasons=notes)
        if locked := self._locked(row, stored):
            return Plan(Outcome.REJECTED, reasons=(locked,), differing=differing)
        changes = self._fields.changed(row.values, {found.field for found in own})
        digest = _digest({**changes, **sent}, lines)
        if state and state.times_differing(self._run, digest) >= self._settle_runs:
            told = (*changes, *sent, *(text for line in lines for text in line.told))
            return Plan(Outcome.REJECTED, reasons=(does_not_settle(told),), differences=digest, differing=differing)
        etag = stored.get("@odata.etag")
        return Plan(Outcome.UPDATED, changes, notes, etag, digest, state=set_apart, lines=lines, differing=differing)

    def _locked(self, row: MappedRow, stored: StoredRow) -> Reason | None:
        """Why a stored row must not be changed in the state it is in, or None."""
        writable = self._flow.destination.writable
        if writable is None or (stored.get(writable[0]) or "") in writable[1]:
            return None
        return locked(row.key, self._flow, stored.get(writable[0]) or "")

    def _state(self, row: MappedRow, stored: StoredRow | None) -> dict[str, JsonValue]:
        """The values that set a row's state, none where it is as wanted or has to be left."""
        state = self._flow.destination.state
        if state is None:
            return {}
        before = None if stored is None else stored.get(state.field) or ""
        return self._typed(state.sent(before, str(row.values[state.field])))

    def _typed(self, values: Mapping[str, str]) -> dict[str, JsonValue]:
        """Texts of a declaration as their fields' types."""
        contracts = ((name, value, self._contracts[name]) for name, value in values.items())
        return {name: on_the_wire(contract.parse(value), contract) for name, value, contract in contracts}

    def is_written(
        self, row: MappedRow, stored: StoredRow, state: RowState | None, lines: tuple[LineChange, ...] = ()
    ) -> bool:
        """Whether a stored row and its lines hold all that is wanted of them but the row's state."""
        plan = self.plan(row, stored, state, lines=lines)
        return plan.outcome in LANDED and not plan.values and not plan.lines

    def is_held(self, change: Change, stored: StoredRow) -> bool:
        """Whether a stored row holds the values of a change, as far as they are read."""
        read = {name: value for name, value in change.values.items() if name in stored}
        return not any(differs(read[name], stored[name], self._contracts[name], identifier=False) for name in read)

    def plan_left(self, stored: StoredRow | None, action: str, reason: Reason) -> Plan:
        """Decide about a row that was sent before and is out of scope now."""
        if stored is None:
            return Plan(Outcome.LEFT, reasons=(reason,))
        changes = self._action(action, stored)
        differing = tuple(difference(name, value, stored) for name, value in changes.items())
        return Plan(Outcome.LEFT, changes, (reason,), stored.get("@odata.etag"), differing=differing)

    def _action(self, action: str, stored: StoredRow) -> dict[str, JsonValue]:
        """The values by which a stored row differs from what an action makes of it; a state changes where it may."""
        declared, state = dict(self._flow.left_actions.get(action, {})), self._flow.destination.state
        if state and (wanted_state := declared.pop(state.field, None)):
            declared |= state.sent(stored.get(state.field) or "", wanted_state)
        wanted = self._typed(declared)
        return {
            name: value
            for name, value in wanted.items()
            if differs(value, stored.get(name), self._contracts[name], identifier=False)
        }

    def _refusal(
        self, row: MappedRow, stored: StoredRow | None, state: RowState | None, lines: tuple[LineChange, ...]
    ) -> Plan | None:
        held = state.destination_key if state and state.ours else None
        if held and self._key_changed(held, row):
            return Plan(Outcome.REJECTED, reasons=(key_changed(held, self.destination_key(row)),))
        if stored is not None and not self._adopt and not self._ours(stored, state):
            differing = (*self._fields.differing(row.values, stored), *_of(lines))
            if differing or lines or self._flow.destination.maintained:
                return Plan(Outcome.REJECTED, reasons=(not_ours(row.key, self._flow),), differing=differing)
        return None

    def _key_changed(self, held: str, row: MappedRow) -> bool:
        """A row may move to another key beside its integration key, if the flow says what is left behind."""
        if not self._flow.moved_action:
            return normalised(held) != normalised(self.destination_key(row))
        return normalised(split_key(held, len(self._flow.destination.key_fields))[0]) != normalised(row.key)

    def _ours(self, stored: StoredRow, state: RowState | None) -> bool:
        maintained = self._flow.destination.maintained
        return bool(state and state.ours) or (maintained is not None and stored.get(maintained[0]) == maintained[1])


def outdated(row: MappedRow, state: RowState | None) -> Plan | None:
    """Skip a row of which another run has settled a newer version; one that the source lacks has no version."""
    if state is None or not 0 < row.version < state.version:
        return None
    text = f"Version {row.version} is older than {state.version}, which another run has settled."
    return Plan(Outcome.SKIPPED, reasons=(Reason(OLDER_VERSION, text),))


def _of(lines: Iterable[LineChange]) -> Iterator[FieldDifference]:
    return (found for line in lines for found in line.differing)


def _digest(changes: Mapping[str, JsonValue], lines: Iterable[LineChange]) -> str:
    of_lines = [(line.kind, line.key, sorted(line.values.items())) for line in lines]
    wanted = (sorted(changes.items()), *([of_lines] if of_lines else ()))
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]
