"""What to do with one mapped row, given what the destination holds and what the ledger remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from p2c.comparison import JsonValue, differs, is_blank, on_the_wire
from p2c.contract import FieldContract, Value
from p2c.destination_key import joined_key, split_key
from p2c.flow import BlankPolicy, Flow, Pair, WritePolicy
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState, RunKey
from p2c.ledger.records import LANDED
from p2c.mapping.hop import defaulted_fields, withheld_fields

StoredRow = Mapping[str, str | None]

#: The reason of a row that the destination had before us, and the note of one that was taken over.
NOT_OURS, ADOPTED = "not_ours", "adopted"


@dataclass(frozen=True)
class MappedRow:
    """A row that passed validation. ``values`` holds the staged destination row, block columns included."""

    source_id: str
    key: str
    version: int
    values: Mapping[str, Value]
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Change:
    """Values to send to an existing destination row."""

    key: str
    values: Mapping[str, JsonValue]
    etag: str | None = None


@dataclass(frozen=True)
class FieldDifference:
    """A destination field that does not hold what is wanted, both as text."""

    field: str
    wanted: str
    found: str


@dataclass(frozen=True)
class Plan:
    """The outcome a row is to have, and for a created or updated one the values to send.

    ``behind`` is what is done to the destination row that a moved row leaves behind, ``state`` what sets its state by a
    request of its own. ``differing`` are the fields that are not as wanted, also of a row that may not be written; of a
    block only these, though all of it is sent.
    """

    outcome: Outcome
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    etag: str | None = None
    differences: str = ""
    behind: Change | None = None
    state: Change | None = None
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
        targets = {pair.target for pair in flow.active(flow.cds_to_destination)}
        self._blocks = tuple(block for block in flow.blocks if targets.issuperset(block.fields))
        self._carried = frozenset(name for block in self._blocks for name in block.carried)

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
        self, row: MappedRow, stored: StoredRow | None, state: RowState | None, before: StoredRow | None = None
    ) -> Plan:
        """Decide about one row; ``before`` is the destination row it was last sent to, if that is another one."""
        refusal = self._refusal(row, stored, state)
        if refusal:
            return refusal
        plan = self._plan(row, stored, state)
        if before is None or state is None or plan.outcome not in LANDED:
            return plan
        values = self._action(self._flow.moved_action, before)
        change = Change(state.destination_key or "", values, before.get("@odata.etag")) if values else None
        return replace(plan, behind=change, reasons=(*plan.reasons, _moved(state, self.destination_key(row))))

    def _plan(self, row: MappedRow, stored: StoredRow | None, state: RowState | None) -> Plan:
        sent = self._state(row, stored)
        set_apart = Change(self.destination_key(row), sent) if sent else None
        if stored is None:
            return Plan(Outcome.CREATED, dict(self._created(row)), row.notes, state=set_apart)
        notes = row.notes if self._ours(stored, state) else (*row.notes, _adopted(row.key))
        differing = (*self._differing(row, stored), *(_difference(name, value, stored) for name, value in sent.items()))
        if not differing:
            return Plan(Outcome.UNCHANGED, reasons=notes)
        changes = dict(self._changed(row, {difference.field for difference in differing}))
        digest = _digest({**changes, **sent})
        if state and state.times_differing(self._run, digest) >= self._settle_runs:
            reasons = (_does_not_settle((*changes, *sent)),)
            return Plan(Outcome.REJECTED, reasons=reasons, differences=digest, differing=differing)
        etag = stored.get("@odata.etag")
        return Plan(Outcome.UPDATED, changes, notes, etag, digest, state=set_apart, differing=differing)

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

    def is_written(self, row: MappedRow, stored: StoredRow, state: RowState | None) -> bool:
        """Whether a stored row holds all that is wanted of it but its state."""
        plan = self.plan(row, stored, state)
        return plan.outcome in LANDED and not plan.values

    def plan_left(self, stored: StoredRow | None, action: str, reason: Reason) -> Plan:
        """Decide about a row that was sent before and is out of scope now."""
        if stored is None:
            return Plan(Outcome.LEFT, reasons=(reason,))
        changes = self._action(action, stored)
        differing = tuple(_difference(name, value, stored) for name, value in changes.items())
        return Plan(Outcome.LEFT, changes, (reason,), stored.get("@odata.etag"), differing=differing)

    def _action(self, action: str, stored: StoredRow) -> dict[str, JsonValue]:
        """The values by which a stored row differs from what an action makes of it."""
        wanted = self._typed(self._flow.left_actions.get(action, {}))
        return {
            name: value
            for name, value in wanted.items()
            if differs(value, stored.get(name), self._contracts[name], identifier=False)
        }

    def _refusal(self, row: MappedRow, stored: StoredRow | None, state: RowState | None) -> Plan | None:
        held = state.destination_key if state and state.ours else None
        if held and self._key_changed(held, row):
            return Plan(Outcome.REJECTED, reasons=(_key_changed(held, self.destination_key(row)),))
        if state and state.version > row.version:
            reason = Reason("older_version", f"Version {row.version} is older than {state.version}, which landed.")
            return Plan(Outcome.SKIPPED, reasons=(reason,))
        if stored is not None and not self._adopt and not self._ours(stored, state):
            differing = tuple(self._differing(row, stored))
            if differing or self._flow.destination.maintained or self._flow.lines:
                return Plan(Outcome.REJECTED, reasons=(self._not_ours(row.key),), differing=differing)
        return None

    def _key_changed(self, held: str, row: MappedRow) -> bool:
        """A row may move to another key beside its integration key, if the flow says what is left behind."""
        if not self._flow.moved_action:
            return normalised(held) != normalised(self.destination_key(row))
        return normalised(split_key(held, len(self._flow.destination.key_fields))[0]) != normalised(row.key)

    def _ours(self, stored: StoredRow, state: RowState | None) -> bool:
        maintained = self._flow.destination.maintained
        return bool(state and state.ours) or (maintained is not None and stored.get(maintained[0]) == maintained[1])

    def _created(self, row: MappedRow) -> Iterator[tuple[str, JsonValue]]:
        withheld = withheld_fields(self._blocks, row.values)
        for pair in self._flow.active(self._flow.cds_to_destination):
            value = row.values[pair.target]
            if pair.target not in withheld and value is not None and self._is_written(pair):
                yield pair.target, on_the_wire(value, self._contracts[pair.target])

    def _differing(self, row: MappedRow, stored: StoredRow) -> Iterator[FieldDifference]:
        for pair in self._compared(row):
            wanted = row.values[pair.target]
            if self._differs(pair, wanted, stored):
                yield _difference(pair.target, on_the_wire(wanted, self._contracts[pair.target]), stored)

    def _changed(self, row: MappedRow, differing: set[str]) -> Iterator[tuple[str, JsonValue]]:
        """The values to send: the fields that differ, and all of a block of which a part does."""
        changed = set(differing)
        for block in self._blocks:
            if changed.intersection(block.fields):
                changed.update(block.fields)
        for pair in self._compared(row):
            if pair.target in changed:
                yield pair.target, on_the_wire(row.values[pair.target], self._contracts[pair.target])

    def _compared(self, row: MappedRow) -> Iterator[Pair]:
        withheld = withheld_fields(self._blocks, row.values) | defaulted_fields(row.values)
        active = self._flow.active(self._flow.cds_to_destination)
        return (pair for pair in active if pair.target not in withheld and self._is_written(pair))

    def _is_written(self, pair: Pair) -> bool:
        state = self._flow.destination.state
        return pair.write is not WritePolicy.NEVER and (state is None or pair.target != state.field)

    def _differs(self, pair: Pair, wanted: Value, stored: StoredRow) -> bool:
        contract, found = self._contracts[pair.target], stored.get(pair.target)
        if pair.target in self._flow.destination.key_fields or pair.target in self._carried:
            return False
        keeps = pair.blank is BlankPolicy.KEEP or contract.kind == "enum"  # an enumeration knows no blank
        if pair.write is WritePolicy.ON_CREATE or (wanted is None and keeps):
            return False
        if pair.write is WritePolicy.IF_TARGET_EMPTY and not is_blank(found, contract):
            return False
        return differs(wanted, found, contract, identifier=pair.reference is not None)

    def _not_ours(self, key: str) -> Reason:
        destination = self._flow.destination
        why = f" ({destination.maintained[0]} is not {destination.maintained[1]})" if destination.maintained else ""
        text = (
            f"{destination.entity_set} {key} existed before us and is not ours{why}. Compare the two; run the flow "
            "with adopt for this key to take it over."
        )
        return Reason(NOT_OURS, text, destination.key, key)


def _difference(name: str, wanted: JsonValue, stored: StoredRow) -> FieldDifference:
    return FieldDifference(name, str(wanted), stored.get(name) or "")


def _digest(changes: Mapping[str, JsonValue]) -> str:
    return hashlib.sha256(repr(sorted(changes.items())).encode()).hexdigest()[:16]


def _adopted(key: str) -> Reason:
    return Reason(ADOPTED, f"{key} existed before us and is taken over.", value=key)


def _key_changed(before: str, after: str) -> Reason:
    text = (
        f"Key changed from {before} to {after}. The destination keeps its number for life: set the number back to "
        f"{before} in the source, or create a new row for {after}."
    )
    return Reason("key_changed", text, value=after)


def _moved(state: RowState, to: str) -> Reason:
    return Reason("moved", f"It moved from {state.destination_key} to {to}.", value=to)


def _does_not_settle(fields: tuple[str, ...]) -> Reason:
    named = ", ".join(fields)
    text = (
        f"{named}: written in several runs and still different when read back, so it is no longer written. Likely "
        "cause: the destination accepts the field without effect (customer approval: ChangeProposalDataEntityBehavior "
        "in Accounts receivable parameters), or another integration writes it too."
    )
    return Reason("does_not_settle", text, named)
