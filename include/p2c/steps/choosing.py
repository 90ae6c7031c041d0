"""Values that are chosen when a row is loaded: the first valid one by name, and what was chosen before."""

from __future__ import annotations

from collections.abc import Mapping

from p2c.contract import Value
from p2c.destination_key import split_key
from p2c.flow import FirstValid, Flow, Pair
from p2c.ledger import RowState
from p2c.validation.references import ReferenceData


class Choosing:
    """Fills what a mapped row leaves to be chosen."""

    def __init__(self, flow: Flow, references: ReferenceData) -> None:
        self._pairs = [
            pair
            for pair in flow.active(flow.cds_to_destination)
            if any(isinstance(step, FirstValid) for step in pair.transforms)
        ]
        self._key = flow.destination.key_fields
        self._references = references

    def filled(self, values: Mapping[str, Value], state: RowState | None) -> Mapping[str, Value]:
        """The row with its choices made; one that is part of the destination key stays as long as it is valid."""
        chosen = {pair.target: self._chosen(pair, values, state) for pair in self._pairs if not values[pair.target]}
        return {**values, **chosen} if chosen else values

    def _chosen(self, pair: Pair, values: Mapping[str, Value], state: RowState | None) -> str | None:
        before = self._before(pair, state)
        if before and self._references.missing(pair, {**values, pair.target: before}) is None:
            return before
        return self._references.first(pair, values)

    def _before(self, pair: Pair, state: RowState | None) -> str:
        if pair.target not in self._key or state is None or not state.ours or not state.destination_key:
            return ""
        return split_key(state.destination_key, len(self._key))[self._key.index(pair.target)]
