"""Where a flow writes, and which rows have to be there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from p2c.system import System


@dataclass(frozen=True)
class Parent:
    """A row of another flow that has to be at the destination before this one; until then this one is parked.

    ``id`` is the source field with the parent's id; where it is blank there is no such parent. ``target`` is the
    destination field that names the parent, which is ``key`` of ``entity_set`` there. Without ``flow`` the parent is
    looked for at the destination only: another system or a person puts it there. ``only`` are a field and the value
    that it has to have there.
    """

    flow: str
    id: str
    target: str
    entity_set: str
    key: str
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class State:
    """The state of a row, which is set by a request of its own after what else is written, ``status`` with it.

    ``changes`` says by (stored, wanted) which state is sent; a stored state is left where it says nothing. A new row is
    in the state ``initial``. ``statuses`` are the status of each state.
    """

    field: str
    status: str
    statuses: Mapping[str, str]
    initial: str
    changes: Mapping[tuple[str, str], str]

    def sent(self, stored: str | None, wanted: str) -> dict[str, str]:
        """The values that lead from a stored state to the wanted one, none where nothing is to be done."""
        state = self.changes.get((self.initial if stored is None else stored, wanted))
        return {} if state is None else {self.field: state, self.status: self.statuses[state]}


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where rows are written.

    ``key`` is the integration key; with the fields of ``key_with`` it is unique within ``company``. ``maintained``
    marks a row as ours; without it a row is ours only if the ledger says so. ``lanes`` is how many requests may be
    under way at once. ``number_sequence`` names the sequence that may replace our key, if there is one. ``writable``
    are a field and the states in which the destination lets a row be changed. ``shared`` rows are of no company: of the
    organizations that have one, a single one writes it. ``state`` is set apart from all other fields.
    """

    system: System
    entity_set: str
    key: str
    lanes: int
    company: str = ""
    maintained: tuple[str, str] | None = None
    number_sequence: str = ""
    key_with: tuple[str, ...] = ()
    writable: tuple[str, tuple[str, ...]] | None = None
    shared: bool = False
    state: State | None = None

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The whole key beside the company."""
        return (self.key, *self.key_with)
