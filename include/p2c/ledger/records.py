"""What the ledger holds, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

WindowKind = Literal["initial", "watermark", "interval", "params", "full", "keys"]
RunState = Literal["running", "success", "failed"]

#: The reason of a row whose integration key another row has too.
DUPLICATE_KEY = "duplicate_key"
#: The reason of a row with a value that a value map has no entry for.
VALUE_MAP = "value_map"
#: The reason of a row with a value that the destination's reference data lack.
UNKNOWN_REFERENCE = "reference"
#: The reason of a row whose parent has not landed; its value is the parent's source id.
PARENT = "parent"
#: The reason of a row that an organization does not select.
NOT_SELECTED = "not_selected"
#: The figure, among the statistics of a run, of the destination rows deleted with its rows.
DELETED = "deleted"
#: The reason of a row of which a newer revision is sent.
SUPERSEDED = "superseded"
#: The reason of a row that a person set aside.
DISMISSED = "dismissed"


class Outcome(StrEnum):
    """What became of a row in a run: each row read has exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    LEFT = "left"
    PARKED = "parked"
    REJECTED = "rejected"
    FAILED = "failed"


#: The row is at the destination as it should be.
LANDED = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED})
#: The row lays no claim to its key any more.
OUT_OF_SCOPE = frozenset({Outcome.SKIPPED, Outcome.LEFT})

#: The row is tried again some day, without a change of its source.
WAITING = frozenset({Outcome.PARKED, Outcome.REJECTED, Outcome.FAILED})


@dataclass(frozen=True)
class RunKey:
    """One flow and organization within one DAG run."""

    dag_id: str
    run_id: str
    flow: str
    organization: str


@dataclass(frozen=True)
class Window:
    """The half-open span ``[start, end)`` a run reads, by the source's clock; None is unbounded. Times are aware."""

    start: datetime | None
    end: datetime | None
    kind: WindowKind
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a step at work is: ``done`` of ``total`` rows, None where nobody knows the total. Times are aware.

    It counts from ``since``, and was noted ``at``.
    """

    step: str
    done: int
    total: int | None
    since: datetime
    at: datetime

    @property
    def rate(self) -> float | None:
        """Rows a second, None before any time has passed."""
        seconds = (self.at - self.since).total_seconds()
        return self.done / seconds if seconds > 0 else None

    @property
    def left(self) -> timedelta | None:
        """How long the rest takes at this rate, None where that cannot be said."""
        if self.total is None or not self.rate:
            return None
        return timedelta(seconds=max(0, self.total - self.done) / self.rate)


@dataclass(frozen=True)
class Run:
    """A run as kept: its window never changes after the first start."""

    key: RunKey
    window: Window
    dry_run: bool
    adopt: bool
    state: RunState
    started_at: datetime
    finished_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress | None = None


@dataclass(frozen=True)
class Reason:
    """Why a row did not land, in words that tell how to mend it; ``line`` is the line of the row that it is about."""

    code: str
    text: str
    field: str = ""
    value: str = ""
    line: str = ""

    def __str__(self) -> str:
        """The text, behind the line that it is about."""
        return f"line {self.line}: {self.text}" if self.line else self.text


def summary(reasons: Iterable[Reason]) -> str:
    """Reasons on one line."""
    return " ".join(map(str, reasons))


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row in one run.

    A row that the source no longer has is of ``version`` 0, which keeps the version it had. ``ours`` says that the
    destination row ``destination_key`` is ours from now on: created, updated, adopted or found as it should be.
    ``differences`` digests the fields that differed there and the values wanted, by which a row that never settles is
    found. ``deleted`` counts destination rows that went with it: lines that the source no longer has. ``takes_over``
    are the source ids of older revisions whose destination row is this one's from now on. ``amounts`` are the sums of
    the row's lines in the CDS and at the destination, where they are compared.
    """

    source_id: str
    integration_key: str
    version: int
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    destination_key: str | None = None
    request_id: str = ""
    changed_fields: tuple[str, ...] = ()
    differences: str = ""
    ours: bool = False
    deleted: int = 0
    takes_over: tuple[str, ...] = ()
    amounts: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class RowState:
    """The present state of one row, and its place in the identity map.

    ``times_differed`` counts the runs in a row in which the same ``differences`` were found; ``waiting_since`` is when
    a row that is not at the destination was first parked, rejected or failed, however often it was tried since.
    """

    flow: str
    organization: str
    source_id: str
    integration_key: str
    destination_key: str | None
    version: int
    outcome: Outcome
    reasons: tuple[Reason, ...]
    ours: bool
    attempts: int
    due_at: datetime | None
    retry_requested: bool
    dismissed: bool
    differences: str
    times_differed: int
    fingerprint: str
    request_id: str
    dag_id: str
    run_id: str
    updated_at: datetime
    waiting_since: datetime | None = None

    def is_of(self, run: RunKey) -> bool:
        """Whether ``run`` was the last to record this row."""
        return (self.dag_id, self.run_id) == (run.dag_id, run.run_id)

    def is_as(self, before: RowState) -> bool:
        """Whether only who recorded this row, and when, has changed since ``before``."""
        seen = {"dag_id": self.dag_id, "run_id": self.run_id, "updated_at": self.updated_at}
        return {**vars(before), **seen} == vars(self)

    def times_differing(self, run: RunKey, differences: str) -> int:
        """In how many runs in a row, ``run`` included, these very differences were found."""
        if differences != self.differences:
            return 1
        return self.times_differed + (0 if self.is_of(run) else 1)
