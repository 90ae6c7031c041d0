"""Rows that share an integration key: none of them is sent, each names the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from itertools import chain, islice

from p2c.contract import shortened
from p2c.destination_key import split_key
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState
from p2c.ledger.records import DUPLICATE_KEY

#: Rows that one message names.
MOST_NAMED = 10


class KeyHolders:
    """Who holds which integration key among the rows in scope of one run."""

    def __init__(self, rows: Iterable[tuple[str, str]], key_parts: int = 1) -> None:
        """Take ``(source id, integration key)`` of the rows in scope; a destination key has so many ``key_parts``."""
        self._key_parts = key_parts
        self._holders: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for source_id, key in rows:
            self._holders[normalised(key)][source_id] = None

    def conflict(self, source_id: str, key: str, earlier: Iterable[RowState], read: Container[str]) -> Reason | None:
        """Why a row cannot use its key, or None.

        ``earlier`` are the ledger's rows of that key; those that this run has ``read`` again speak for themselves
        unless the destination row was made from them.
        """
        read_now = self._holders.get(normalised(key), {})
        before = (state.source_id for state in earlier if self._holds(state, key, read))
        others = chain(read_now, (other for other in before if other not in read_now))
        named = sorted(islice((other for other in others if other != source_id), MOST_NAMED + 1))
        if not named:
            return None
        listed = ", ".join([*named[:MOST_NAMED], *(["..."] if len(named) > MOST_NAMED else [])])
        text = (
            f"Key {shortened(key)!r} is also used by {listed}. Give each row its own number in the source, "
            "or delete those that are too many; none of them is sent until then."
        )
        return Reason(DUPLICATE_KEY, text, value=shortened(key))

    def _holds(self, state: RowState, key: str, read: Container[str]) -> bool:
        held = state.destination_key if state.ours else None
        if held and normalised(split_key(held, self._key_parts)[0]) == normalised(key):
            return True
        return state.source_id not in read and state.outcome is Outcome.REJECTED
