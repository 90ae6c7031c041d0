"""Rows that share an integration key: none of them is sent, each names the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState


class KeyHolders:
    """Who holds which integration key among the rows in scope of one run."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """Take ``(source id, integration key)`` of the rows in scope."""
        self._holders: defaultdict[str, list[str]] = defaultdict(list)
        for source_id, key in rows:
            self._holders[normalised(key)].append(source_id)

    def conflict(self, source_id: str, key: str, earlier: Iterable[RowState], read: Mapping[str, object]) -> Reason | None:
        """Why a row cannot use its key, or None.

        ``earlier`` are the ledger's rows of that key; those that this run has ``read`` again speak for themselves
        unless the destination row was made from them.
        """
        others = [other for other in self._holders[normalised(key)] if other != source_id]
        others += [
            state.source_id
            for state in earlier
            if state.source_id != source_id and state.source_id not in others and _holds(state, key, read)
        ]
        if not others:
            return None
        text = (
            f"Key {key!r} is also used by {', '.join(sorted(others))}. Give each row its own number in the source; "
            "none of them is sent until then."
        )
        return Reason("duplicate_key", text, value=key)


def _holds(state: RowState, key: str, read: Mapping[str, object]) -> bool:
    if state.ours and normalised(state.destination_key or "") == normalised(key):
        return True
    return state.source_id not in read and state.outcome is Outcome.REJECTED
