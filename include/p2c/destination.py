"""Where a flow writes, and which rows have to be there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where rows are written.

    ``key`` is the integration key; with the fields of ``key_with`` it is unique within ``company``. ``maintained``
    marks a row as ours; without it a row is ours only if the ledger says so. ``lanes`` is how many requests may be
    under way at once. ``number_sequence`` names the sequence that may replace our key, if there is one. ``writable``
    are a field and the states in which the destination lets a row be changed. ``shared`` rows are of no company: of the
    organizations that have one, a single one writes it.
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

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The whole key beside the company."""
        return (self.key, *self.key_with)
