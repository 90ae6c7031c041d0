"""Proof that the destination keeps the keys we give: a number sequence that is not manual replaces them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from p2c.errors import RecordNotFoundError
from p2c.flow import Flow
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.steps.planned import Planned
from p2c.steps.written_rows import WrittenRows
from p2c.systems.odata.operations import Result


class KeyProof:
    """Compares the key that each create returns with ours; ``shown`` once one was kept."""

    def __init__(self, flow: Flow, company: str, rows: WrittenRows, renew: Callable[[], None]) -> None:
        self._destination = flow.destination
        self._company = company
        self._rows = rows
        self._renew = renew
        self.shown = not self._destination.number_sequence

    def replaced(self, item: Planned, result: Result) -> Reason | None:
        """Why the flow must stop after a create, or None: every further create would double a row.

        A header under another number is not found by its lines, so the whole is refused because of a line.
        """
        if not self._destination.number_sequence:
            return None
        if result.outcome == "refused":
            return self._replaced_unseen(item) if result.line and not self.shown else None
        issued = result.returned.get(self._destination.key) or ""
        if normalised(issued) == normalised(item.row.key):
            self.shown = True
            return None
        text = (
            f"{self._destination.entity_set}: {item.row.key} was created as {issued!r}: the number sequence "
            f"replaces our key. Set {self._destination.number_sequence} to Manual in {self._company}, delete "
            f"{issued!r} there, then clear load."
        )
        return Reason("key_replaced", text, self._destination.key, issued)

    def _replaced_unseen(self, item: Planned) -> Reason | None:
        """Create the header and delete it again in one change set, which leaves nothing behind whatever comes of it."""
        plan, values = item.plan, item.row.values
        deleted = self._rows.operation("delete", item.key, {}, 0, None, values)
        created = self._rows.operation("create", item.key, plan.values, 0, None, values)
        (result,) = self._rows.write([replace(created, also=(deleted,))], self._renew)
        if result.outcome == "done":
            self.shown = True
        if not (result.outcome == "refused" and isinstance(result.error, RecordNotFoundError)):
            return None
        text = (
            f"{self._destination.entity_set}: {item.row.key} is created under another number, so its lines do not find "
            f"it: the number sequence replaces our key. Set {self._destination.number_sequence} to Manual in "
            f"{self._company}, then clear load. Nothing was created."
        )
        return Reason("key_replaced", text, self._destination.key, item.row.key)
