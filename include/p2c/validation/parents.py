"""Parents: rows of another flow that have to be at the destination before those that name them.

The ledger is asked first, then the destination by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from p2c.contract import shortened
from p2c.flow import Flow, Parent
from p2c.keys import normalised
from p2c.ledger import Ledger, Reason, RowState
from p2c.ledger.records import PARENT
from p2c.systems.odata.query import Row

#: The reason of a row whose parent landed under another key than the source now states.
PARENT_KEY = "parent_key"


class KeyedSource(Protocol):
    """Where rows are looked up by key."""

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str
    ) -> Mapping[str, Row]: ...


@dataclass(frozen=True)
class Child:
    """A row in scope: its place in the part, and how to read its source and its destination fields."""

    row: int
    source: Callable[[str], str]
    target: Callable[[str], str]


@dataclass(frozen=True)
class Parents:
    """The parents of a flow's rows in one organization."""

    flow: Flow
    organization: str
    company: str
    ledger: Ledger
    destination: KeyedSource

    def missing(self, children: Sequence[Child]) -> dict[int, Reason]:
        """For each row that has to wait, by its place in the part, why."""
        reasons: dict[int, Reason] = {}
        for parent in self.flow.parents:
            reasons |= dict(self._missing(parent, children))
        return reasons

    def _missing(self, parent: Parent, children: Sequence[Child]) -> Iterator[tuple[int, Reason]]:
        named = [(child.row, child.source(parent.id), child.target(parent.target)) for child in children]
        named = [(row, source_id, key) for row, source_id, key in named if source_id]
        ids = {source_id for _, source_id, _ in named} if parent.flow else set()
        states = self.ledger.states(parent.flow, self.organization, ids)
        unknown = [key for _, source_id, key in named if key and not _landed(states.get(source_id))]
        present = self._present(parent, unknown)
        for row, source_id, key in named:
            state = states.get(source_id)
            if _landed(state):
                if state and normalised(state.destination_key or "") != normalised(key):
                    yield row, _other_key(parent, state, key)
            elif normalised(key) not in present:
                yield row, _waits(parent, source_id, key, state)

    def _present(self, parent: Parent, keys: Sequence[str]) -> frozenset[str]:
        if not keys:
            return frozenset()
        wanted, only = list(dict.fromkeys(keys)), parent.only
        fields = (only[0],) if only else ()
        rows = self.destination.rows_by_key(parent.entity_set, parent.key, wanted, fields, self.company)
        return frozenset(key for key, row in rows.items() if only is None or row.get(only[0], only[1]) == only[1])


def _landed(state: RowState | None) -> bool:
    return bool(state and state.ours and state.destination_key)


def _waits(parent: Parent, source_id: str, key: str, state: RowState | None) -> Reason:
    if not parent.flow:
        place = f"{parent.entity_set} with {parent.only[0]} {parent.only[1]}" if parent.only else parent.entity_set
        text = f"It waits for {shortened(key) or source_id}, which is not in {place}. It is taken up again once a day."
        return Reason(PARENT, text, parent.id, source_id)
    why = "; it has not been read yet" if state is None else f"; it is {state.outcome}"
    text = (
        f"It waits for {shortened(key) or source_id} of {parent.flow}, which is not in {parent.entity_set}{why}. It is "
        "taken up again by itself when that row lands."
    )
    return Reason(PARENT, text, parent.id, source_id)


def _other_key(parent: Parent, state: RowState, key: str) -> Reason:
    text = (
        f"Its {parent.target} is {shortened(key)!r}, but that row of {parent.flow} is at the destination as "
        f"{state.destination_key}. Set the number back to {state.destination_key} in the source."
    )
    return Reason(PARENT_KEY, text, parent.id, shortened(key))
