"""Parked rows: those that wait for a row of another flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, delete, or_, select

from p2c.database.lists import among
from p2c.database.upsert import insert_into
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import PARENT, Outcome, RowState

_TABLE = tables.row_states
_AWAITED = tables.parents_awaited


class ParkedRows(LedgerPart):
    """Which parked rows need wait no longer."""

    def rows_released(self, flow: str, organization: str, parents: Mapping[str, str], limit: int) -> list[str]:
        """Source ids of parked rows whose parent has landed since, at most ``limit``, the longest parked first.

        ``parents`` names for a source field that holds a parent's id the flow that lands the parent.
        """
        if not parents:
            return []
        parent = _TABLE.alias()
        of_parent = (parent.c.source_id == _AWAITED.c.parent) & (parent.c.organization == organization)
        kinds = (and_(_AWAITED.c.field == field, parent.c.flow == lands) for field, lands in parents.items())
        landed = or_(*kinds) & parent.c.ours & parent.c.destination_key.is_not(None)
        of_child = and_(*(_TABLE.c[name] == _AWAITED.c[name] for name in ("source_id", "organization", "flow")))
        place = (_AWAITED.c.flow == flow) & (_AWAITED.c.organization == organization)
        statement = (
            select(_TABLE.c.source_id, _TABLE.c.updated_at)
            .select_from(_AWAITED.join(parent, of_parent).join(_TABLE, of_child))
            .where(place, landed, _TABLE.c.waiting)
            .distinct()
            .order_by(_TABLE.c.updated_at, _TABLE.c.source_id)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(statement.limit(limit)).scalars())


def note_awaited(connection: Connection, changes: Sequence[tuple[RowState | None, RowState | None]]) -> None:
    """Keep what parked rows of one flow and organization wait for, given their states before and after."""
    changed = [(before, after) for before, after in changes if after]
    left = [after for before, after in changed if before and before.outcome is Outcome.PARKED]
    if left:
        forget_awaited(connection, left[0].flow, left[0].organization, (after.source_id for after in left))
    rows = [row for _, after in changed if after.outcome is Outcome.PARKED for row in _awaited(after)]
    if rows:
        connection.execute(insert_into(connection, _AWAITED).on_conflict_do_nothing(), rows)


def forget_awaited(connection: Connection, flow: str, organization: str, source_ids: Iterable[str]) -> None:
    """Forget what rows that are parked no more waited for."""
    place = (_AWAITED.c.flow == flow) & (_AWAITED.c.organization == organization)
    for condition in among(connection, _AWAITED.c.source_id, source_ids):
        connection.execute(delete(_AWAITED).where(place, condition))


def _awaited(state: RowState) -> list[dict[str, str]]:
    place = {"flow": state.flow, "organization": state.organization, "source_id": state.source_id}
    parents = sorted({(reason.field, reason.value) for reason in state.reasons if reason.code == PARENT})
    return [place | {"field": field, "parent": parent} for field, parent in parents]
