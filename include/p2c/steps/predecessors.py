"""Older revisions: a newer one takes over the destination row that was made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from p2c.keys import normalised
from p2c.ledger import RowState
from p2c.planning import MappedRow
from p2c.steps.context import StepContext

Holders = Mapping[str, list[RowState]]


def holders_of(context: StepContext, rows: Iterable[MappedRow]) -> Holders:
    """The ledger's rows behind the keys of ``rows``, by normalised key, in a flow whose rows are revised."""
    if not context.applied_flow.source.revision:
        return {}
    return context.ledger.holders(context.flow.name, context.organization, [row.key for row in rows])


def with_predecessors(
    row: MappedRow, state: RowState | None, holders: Holders
) -> tuple[RowState | None, tuple[str, ...]]:
    """The state that a row to be sent continues, and the source ids of the revisions that it takes over from.

    Only one whose revision is lower is left here: validate lets no other pass.
    """
    others = [held for held in holders.get(normalised(row.key), ()) if held.source_id != row.source_id and held.ours]
    older = [held for held in others if normalised(held.destination_key or "") == normalised(row.key)]
    if not older or (state and state.ours):
        return state, tuple(held.source_id for held in older)
    last = max(older, key=lambda held: held.version)
    continued = replace(
        state or replace(last, source_id=row.source_id, version=0, differences="", times_differed=0),
        ours=True,
        destination_key=last.destination_key,
    )
    return continued, tuple(held.source_id for held in older)
