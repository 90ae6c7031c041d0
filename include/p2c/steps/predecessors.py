"""Rows that another takes the destination row over from: older revisions, and rows gone from the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from p2c.keys import normalised
from p2c.ledger import RowState
from p2c.planning import MappedRow

Holders = Mapping[str, list[RowState]]


def with_predecessors(
    row: MappedRow, destination_key: str, state: RowState | None, holders: Holders
) -> tuple[RowState | None, tuple[str, ...]]:
    """The state that a row to be sent continues, and the source ids of the rows that it takes over from.

    Only those whose revision is lower or that are gone are left here: validate and the rivals let no other pass.
    """
    others = [held for held in holders.get(normalised(row.key), ()) if held.source_id != row.source_id and held.ours]
    older = [held for held in others if normalised(held.destination_key or "") == normalised(destination_key)]
    if not older or (state and state.ours):
        return state, tuple(held.source_id for held in older)
    last = max(older, key=lambda held: held.version)
    continued = replace(
        state or replace(last, source_id=row.source_id, version=0, differences="", times_differed=0),
        ours=True,
        destination_key=last.destination_key,
    )
    return continued, tuple(held.source_id for held in older)
