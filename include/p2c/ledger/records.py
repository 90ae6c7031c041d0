"""What the ledger holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal

import msgspec

WindowKind = Literal["initial", "watermark", "interval", "params", "full", "keys"]
RunState = Literal["running", "succeeded", "failed"]

#: The reason of a row whose integration key another row has too.
DUPLICATE_KEY = "duplicate_key"
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


@dataclass(frozen=True)
class Reason:
    """Why a row did not land, in words that tell how to mend it."""

    code: str
    text: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row in one run.

    ``ours`` says that the destination row ``destination_key`` is ours from now on: created, updated, adopted or found
    as it should be. ``wanted`` holds the values of an update, by which a row that never settles is found.
    """

    source_id: str
    integration_key: str
    version: int
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    destination_key: str | None = None
    request_id: str = ""
    changed_fields: tuple[str, ...] = ()
    wanted: Mapping[str, Any] = field(default_factory=dict)
    ours: bool = False


@dataclass(frozen=True)
class RowState:
    """The present state of one row, and its place in the identity map.

    ``settle_count`` counts the runs in a row that wrote the same values to the same ``settle_fields``.
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
    settle_fields: tuple[str, ...]
    settle_values: str
    settle_count: int
    fingerprint: str
    request_id: str
    dag_id: str
    run_id: str
    updated_at: datetime

    def is_of(self, run: RunKey) -> bool:
        """Whether ``run`` was the last to record this row."""
        return (self.dag_id, self.run_id) == (run.dag_id, run.run_id)

    def runs_unsettled(self, wanted: Mapping[str, Any]) -> int:
        """In how many runs in a row these very values were written, and yet differ again."""
        return self.settle_count if self.settle_values == values_digest(wanted) else 0


def values_digest(values: Mapping[str, Any]) -> str:
    """Digest of a row's values, which the ledger compares but does not keep."""
    return sha256(msgspec.json.encode(values, order="deterministic")).hexdigest() if values else ""
