"""A row with what is to become of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from p2c.contract import Value
from p2c.field_comparison import StoredRow
from p2c.ledger import Outcome, Reason, RowOutcome, RowState
from p2c.ledger.records import LANDED
from p2c.planning import MappedRow, Plan

StagedRow = Mapping[str, Value]


@dataclass(frozen=True)
class Planned:
    """A row with what is to become of it.

    ``key`` is that of the destination row; ``cds`` its canonical form, None where it was not accepted. ``takes_over``
    are the source ids of older revisions that the destination row was made from.
    """

    row: MappedRow
    plan: Plan
    key: str = ""
    cds: StagedRow | None = None
    state: RowState | None = None
    takes_over: tuple[str, ...] = ()
    stored_lines: Mapping[str, StoredRow] = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        """Whether the plan sends values of the row or of its lines."""
        return bool(self.plan.values or self.plan.lines)

    @property
    def writes(self) -> bool:
        """Whether the plan sends anything."""
        return self.sends or bool(self.plan.following)

    def outcome(self, *, request_id: str = "") -> RowOutcome:
        """The row's outcome if its plan comes to pass."""
        landed = self.plan.outcome in LANDED
        return RowOutcome(
            source_id=self.row.source_id,
            integration_key=self.row.key,
            version=self.row.version,
            outcome=self.plan.outcome,
            reasons=self.plan.reasons,
            destination_key=self.key if landed else None,
            changed_fields=tuple(self._changed()),
            differences=self.plan.differences,
            ours=landed,
            request_id=request_id,
            deleted=sum(line.kind == "delete" for line in self.plan.lines),
            takes_over=self.takes_over if landed else (),
        )

    def _changed(self) -> Iterator[str]:
        plan = self.plan
        yield from plan.values
        yield from plan.state.values if plan.state else ()
        yield from (text for line in plan.lines for text in line.told)

    def failed(self, reason: Reason, *, request_id: str = "") -> RowOutcome:
        """The row's outcome if the destination did not take it."""
        return replace(
            self.outcome(),
            outcome=Outcome.FAILED,
            reasons=(reason,),
            destination_key=None,
            changed_fields=(),
            ours=False,
            deleted=0,
            takes_over=(),
            request_id=request_id,
        )


Settled = tuple[Planned, RowOutcome]
