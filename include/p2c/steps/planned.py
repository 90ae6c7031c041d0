"""A row with what is to become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from p2c.contract import Value
from p2c.ledger import Outcome, Reason, RowOutcome, RowState
from p2c.ledger.records import LANDED
from p2c.planning import MappedRow, Plan

StagedRow = Mapping[str, Value]


@dataclass(frozen=True)
class Planned:
    """A row with what is to become of it.

    ``key`` is that of the destination row; ``cds`` its canonical form, None where it was not accepted.
    """

    row: MappedRow
    plan: Plan
    key: str = ""
    cds: StagedRow | None = None
    state: RowState | None = None

    @property
    def writes(self) -> bool:
        """Whether the plan sends anything."""
        return bool(self.plan.values or self.plan.following)

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
            changed_fields=(*self.plan.values, *(self.plan.state.values if self.plan.state else ())),
            differences=self.plan.differences,
            ours=landed,
            request_id=request_id,
        )

    def failed(self, reason: Reason, *, request_id: str = "") -> RowOutcome:
        """The row's outcome if the destination did not take it."""
        return replace(
            self.outcome(),
            outcome=Outcome.FAILED,
            reasons=(reason,),
            destination_key=None,
            changed_fields=(),
            ours=False,
            request_id=request_id,
        )


Settled = tuple[Planned, RowOutcome]
