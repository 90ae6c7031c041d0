"""Where a flow reads, and which rows are in scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from p2c.choice import Expectation
    from p2c.system import System


@dataclass(frozen=True)
class Condition:
    """A row is in scope only if ``field`` is one of ``values``; without ``values``, only if it is filled.

    ``unless_sent`` are further values that hold as long as no earlier version of the row was sent: a quote won before
    it was ever sent. The value "" stands for a blank field. A condition ``only_with_solution`` falls away where Sales
    goes without Microsoft's solution and nothing else holds its column. With ``when`` only rows in which that field is
    filled are asked.
    """

    field: str
    reason: str
    values: tuple[str, ...] = ()
    unless_sent: tuple[str, ...] = ()
    only_with_solution: bool = False
    when: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.field, self.when) if self.when else (self.field,)

    def asks(self, row: Mapping[str, str | None]) -> bool:
        """Whether a source row is asked at all."""
        return not self.when or bool(row[self.when])

    def holds(self, value: str) -> bool:
        """Whether a row with that value, without surrounding blanks, is in scope whether it was sent or not."""
        return value in self.values if self.values else bool(value)


@dataclass(frozen=True)
class Follow:
    """Rows belong to the organization of the row behind ``lookup``, which ``flow`` reads: its selection is theirs.

    With ``when`` that goes for rows in which this field is filled.
    """

    flow: str
    lookup: str
    when: str = ""


@dataclass(frozen=True)
class Referenced:
    """A yes/no field that an environment may lack: does a row of ``entity_sets`` point here by ``lookup``?

    ``modified`` is when such a row changed.
    """

    field: str
    entity_sets: tuple[str, ...]
    lookup: str
    modified: str


@dataclass(frozen=True)
class Joined:
    """Fields of another entity set: those of the row whose ``key`` is the value of ``by`` here.

    Flows name them ``<entity set>.<field>``. ``by`` may itself be a field that is joined before.
    """

    entity_set: str
    key: str
    by: str

    def holds(self, name: str) -> bool:
        """Whether a field is read from the joined entity set."""
        return name.startswith(f"{self.entity_set}.")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where rows are read. Fields are named as in the wire protocol; ``lookup.column`` reads through a lookup.

    Of several ``business_unit`` fields the first filled one counts. ``selected_by`` are fields read only because a site
    selects rows by them. ``derived`` fields are worked out where the environment lacks them. Of rows that share their
    integration key the one with the highest ``revision`` in scope counts; a pair has to take that field to the CDS.
    ``expects`` is how the system itself has to be set.

    Rows of F&O belong to the legal entity in ``company``. A source without a ``modified`` field is read whole by every
    run; without a ``version`` field, rows are of the time at which the read began.
    """

    system: System
    entity_set: str
    id: str
    key: str
    version: str = ""
    modified: str = ""
    business_unit: str | tuple[str, ...] = ()
    company: str = ""
    joined: tuple[Joined, ...] = ()
    follows: tuple[Follow, ...] = ()
    selected_by: tuple[str, ...] = ()
    derived: tuple[Referenced, ...] = ()
    revision: str = ""
    expects: tuple[Expectation, ...] = ()

    @property
    def business_units(self) -> tuple[str, ...]:
        """The fields that may hold the owning business unit, the first to count first."""
        return (self.business_unit,) if isinstance(self.business_unit, str) else self.business_unit

    @property
    def read_whole(self) -> bool:
        """Whether every run reads all rows, for nothing tells which have changed."""
        return not self.modified

    def join_of(self, name: str) -> Joined | None:
        """The join that a field is read by, None for a field of the entity set itself."""
        return next((join for join in self.joined if join.holds(name)), None)
