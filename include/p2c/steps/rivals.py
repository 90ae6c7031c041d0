"""Rows that another run has landed under the key of a row since that was validated."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from p2c.destination_key import split_key
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState
from p2c.plan_reasons import inherited
from p2c.planning import MappedRow, Plan
from p2c.steps.context import StepContext
from p2c.steps.planned import StagedRow
from p2c.steps.predecessors import Holders
from p2c.steps.revisions import SentRevisions
from p2c.validation.duplicates import KeyHolders
from p2c.validation.revisions import superseded


class Rivals:
    """The rows of one flow and organization that hold a key at the destination."""

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._sent = SentRevisions(context.applied_flow, context.organization, context.cds)
        self._key_parts = len(context.applied_flow.destination.key_fields)
        self._keys = KeyHolders((), self._key_parts)
        self._gone: Collection[str] = ()
        self.holders: Holders = {}

    def look_up(self, rows: Sequence[MappedRow], gone: Collection[str] = ()) -> None:
        """Find who holds the keys of ``rows``, while the lease keeps every other load away.

        ``gone`` are the ids of rows that the source has no more: they hold nothing against another.
        """
        self._gone = gone
        context, asking = self._context, [(row.source_id, row.key) for row in rows]
        self.holders = context.ledger.contested(context.flow.name, context.organization, asking)
        self._sent.read(state.source_id for states in self.holders.values() for state in states)

    def refusal(self, row: MappedRow, cds: StagedRow) -> Plan | None:
        """Skip a row of which a newer revision is sent, reject one whose key another row has; None for the others."""
        states = self.holders.get(normalised(row.key), ())
        apart = (row.source_id, *self._gone)
        others = [state for state in states if state.source_id not in apart and self._holds(state, row.key)]
        if not others:
            return None
        own = self._sent.revision_of(cds)
        if newer := superseded(row.key, own, self._sent.revisions(others)):
            return Plan(Outcome.SKIPPED, reasons=(newer,))
        conflict = self._keys.conflict(row.source_id, row.key, self._sent.rivals(others, own), {})
        return Plan(Outcome.REJECTED, reasons=(conflict,)) if conflict else None

    def bequeathed(self, key: str, taken_over: Sequence[str]) -> tuple[Reason, ...]:
        """What people are to know of a row with that destination key that takes over from rows that are gone."""
        return tuple(inherited(key, source_id) for source_id in taken_over if source_id in self._gone)

    def _holds(self, state: RowState, key: str) -> bool:
        held = state.destination_key if state.ours else None
        return bool(held and normalised(split_key(held, self._key_parts)[0]) == normalised(key))
