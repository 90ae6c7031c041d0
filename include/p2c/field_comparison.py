"""Which fields of a destination row are not as a mapped row wants them, and the values to send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from p2c.comparison import JsonValue, differs, is_blank, on_the_wire
from p2c.contract import FieldContract, Value
from p2c.flow import BlankPolicy, Flow, Pair, WritePolicy
from p2c.mapping.hop import defaulted_fields, withheld_fields

StoredRow = Mapping[str, str | None]
MappedValues = Mapping[str, Value]


@dataclass(frozen=True)
class FieldDifference:
    """A destination field that does not hold what is wanted, both as text; of a line where ``line`` names one."""

    field: str
    wanted: str
    found: str
    line: str = ""

    def __str__(self) -> str:
        """The field, behind its line."""
        return f"line {self.line}: {self.field}" if self.line else self.field


class FieldComparison:
    """Compares rows of one declaration by the policies of its field pairs."""

    def __init__(self, flow: Flow, contracts: Mapping[str, FieldContract]) -> None:
        self._flow = flow
        self._contracts = contracts
        self._pairs = [pair for pair in flow.active(flow.cds_to_destination) if self._is_written(pair)]
        targets = {pair.target for pair in flow.active(flow.cds_to_destination)}
        self._blocks = tuple(block for block in flow.blocks if targets.issuperset(block.fields))
        self._identifiers = {pair.target for pair in self._pairs if pair.reference}
        self._identifiers |= {parent.target for parent in flow.parents}
        settled = {name for block in self._blocks for name in block.carried}.union(flow.destination.key_fields)
        self._maintained = [
            pair for pair in self._pairs if pair.write is not WritePolicy.ON_CREATE and pair.target not in settled
        ]

    def created(self, values: MappedValues) -> dict[str, JsonValue]:
        """The values of a new row: its filled fields."""
        withheld = withheld_fields(self._blocks, values)
        wanted = ((pair.target, values[pair.target]) for pair in self._pairs if pair.target not in withheld)
        return {name: on_the_wire(value, self._contracts[name]) for name, value in wanted if value is not None}

    def differing(self, values: MappedValues, stored: StoredRow) -> tuple[FieldDifference, ...]:
        """The fields that are not as wanted."""
        differing = [pair for pair in self._maintained if self._differs(pair, values[pair.target], stored)]
        if not differing:
            return ()
        return tuple(
            difference(pair.target, on_the_wire(values[pair.target], self._contracts[pair.target]), stored)
            for pair in self._compared(values, differing)
        )

    def changed(self, values: MappedValues, differing: set[str]) -> dict[str, JsonValue]:
        """The values to send: the fields that differ, and all of a block of which a part does."""
        changed = set(differing)
        for block in self._blocks:
            if changed.intersection(block.fields):
                changed.update(block.fields)
        names = (pair.target for pair in self._compared(values, self._pairs) if pair.target in changed)
        return {name: on_the_wire(values[name], self._contracts[name]) for name in names}

    def _compared(self, values: MappedValues, pairs: Iterable[Pair]) -> Iterator[Pair]:
        withheld = withheld_fields(self._blocks, values) | defaulted_fields(values)
        return (pair for pair in pairs if pair.target not in withheld)

    def _is_written(self, pair: Pair) -> bool:
        state = self._flow.destination.state
        return pair.write is not WritePolicy.NEVER and (state is None or pair.target != state.field)

    def _differs(self, pair: Pair, wanted: Value, stored: StoredRow) -> bool:
        found = stored.get(pair.target)
        if wanted == (found or None):
            return False
        contract = self._contracts[pair.target]
        keeps = pair.blank is BlankPolicy.KEEP or contract.kind == "enum"  # an enumeration knows no blank
        if wanted is None and keeps:
            return False
        if pair.write is WritePolicy.IF_TARGET_EMPTY and not is_blank(found, contract):
            return False
        return differs(wanted, found, contract, identifier=pair.target in self._identifiers)


def difference(name: str, wanted: JsonValue, stored: StoredRow) -> FieldDifference:
    """The difference of one field."""
    return FieldDifference(name, str(wanted), stored.get(name) or "")
