"""Rows at a destination without companies that another organization sends: two would overwrite each other for ever."""

from __future__ import annotations

from collections.abc import Iterable

from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowState
from p2c.steps.context import StepContext

#: The reason of a row that another organization sends.
SENT_ELSEWHERE = "sent_elsewhere"


class Senders:
    """Which organization sends which destination row, as the ledger knows it."""

    def __init__(self, context: StepContext) -> None:
        destination = context.flow.destination
        self._context = context
        self._others = [
            name
            for name in context.site.organizations
            if name != context.organization and not destination.company and not destination.shared
        ]
        self._found: dict[str, str] = {}

    def look_up(self, keys: Iterable[str]) -> None:
        """Find who else sends the rows with these destination keys."""
        wanted = list(dict.fromkeys(keys)) if self._others else []
        self._found = {
            normalised(key): name
            for name in self._others
            for key, states in self._context.ledger.holders(self._context.flow.name, name, wanted).items()
            if any(_sends(state, key) for state in states)
        }

    def refusal(self, key: str, own: RowState | None) -> Reason | None:
        """Why this organization does not send the row with a destination key, or None where it is its own already."""
        sender = self._found.get(normalised(key))
        if sender is None or (own is not None and own.ours):
            return None
        text = (
            f"{sender} sends {key} already. Give each organization a row of its own in site.toml, such as a price list "
            "by default, or let one of them send none."
        )
        return Reason(SENT_ELSEWHERE, text, value=sender)


def _sends(state: RowState, key: str) -> bool:
    return state.ours and state.outcome is not Outcome.LEFT and normalised(state.destination_key or "") == key
