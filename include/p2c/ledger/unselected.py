"""Rows that an organization does not select, as it last judged them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import NOT_SELECTED, OUT_OF_SCOPE, Reason
from p2c.ledger.rows import of_rows, reasons_of

_TABLE = tables.row_states


@dataclass(frozen=True)
class PassedOver:
    """A source row that is not selected, and why."""

    source_id: str
    integration_key: str
    reasons: tuple[Reason, ...]

    @property
    def is_unselected(self) -> bool:
        """Whether it was passed over for not being selected, and for nothing else."""
        return bool(self.reasons) and all(reason.code == NOT_SELECTED for reason in self.reasons)


class UnselectedRows(LedgerPart):
    """Which rows an organization passed over."""

    def has_judged(self, flow: str, organization: str) -> bool:
        """Whether any row of the flow has a state in the organization; dry runs leave none."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_TABLE.c.source_id).where(of_rows(flow, organization)).limit(1))
            return found.first() is not None

    def rows_passed_over(self, flow: str, organization: str) -> Iterator[PassedOver]:
        """The rows of a flow that the organization does not select, read as they are consumed."""
        outside = _TABLE.c.outcome.in_([str(outcome) for outcome in OUT_OF_SCOPE])
        statement = select(_TABLE).where(of_rows(flow, organization), outside).order_by(_TABLE.c.source_id)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(statement):
                found = PassedOver(row.source_id, row.integration_key, reasons_of(row.reasons))
                if found.is_unselected:
                    yield found
