"""Rows that no organization selects: read from the source, and nobody's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, func, select

from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import NOT_SELECTED, OUT_OF_SCOPE, Reason
from p2c.ledger.rows import reasons_of

_TABLE = tables.row_states


@dataclass(frozen=True)
class UnselectedRow:
    """A row with the reasons for which each organization passed over it, equal ones once."""

    source_id: str
    integration_key: str
    reasons: tuple[Reason, ...]


class UnselectedRows(LedgerPart):
    """Which rows every organization passed over, as each last judged them."""

    def organizations_judging(self, flow: str, organizations: Collection[str]) -> list[str]:
        """Those of ``organizations`` that have judged rows of the flow at all, in their order."""
        statement = select(_TABLE.c.organization).distinct().where(_TABLE.c.flow == flow)
        with self._engine.connect() as connection:
            judging = set(connection.execute(statement).scalars())
        return [organization for organization in organizations if organization in judging]

    def rows_unselected(self, flow: str, organizations: Collection[str]) -> Iterator[UnselectedRow]:
        """The rows of a flow that each of ``organizations`` passed over as not selected, in the order of source ids."""
        passed_over = (
            (_TABLE.c.flow == flow)
            & _TABLE.c.organization.in_(list(organizations))
            & _TABLE.c.outcome.in_([str(outcome) for outcome in OUT_OF_SCOPE])
        )
        with self._engine.connect() as connection:
            for row in _passed_over_by(connection, passed_over, len(organizations)):
                if all(reason.code == NOT_SELECTED for reason in row.reasons):
                    yield row


def _passed_over_by(
    connection: Connection, passed_over: ColumnElement[bool], organizations: int
) -> Iterator[UnselectedRow]:
    by_all = (
        select(_TABLE.c.source_id).where(passed_over).group_by(_TABLE.c.source_id).having(func.count() == organizations)
    )
    statement = select(_TABLE).where(passed_over, _TABLE.c.source_id.in_(by_all))
    found = connection.execution_options(yield_per=1000).execute(
        statement.order_by(_TABLE.c.source_id, _TABLE.c.organization)
    )
    for source_id, group in groupby(found, key=lambda row: row.source_id):
        rows = list(group)
        reasons = dict.fromkeys(reason for row in rows for reason in reasons_of(row.reasons))
        yield UnselectedRow(source_id, rows[0].integration_key, tuple(reasons))
