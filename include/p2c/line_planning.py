"""What to do with the lines of one row, given the lines that the destination holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from p2c.comparison import JsonValue, differs
from p2c.contract import FieldContract, Value
from p2c.destination_key import joined_key, split_key
from p2c.field_comparison import FieldComparison, FieldDifference, StoredRow
from p2c.flow import Lines
from p2c.keys import normalised


@dataclass(frozen=True)
class MappedLine:
    """A line that passed validation: its number, its staged destination row and its canonical form."""

    source_id: str
    number: str
    version: int
    values: Mapping[str, Value]
    cds: Mapping[str, Value]


@dataclass(frozen=True)
class LineChange:
    """What is done to one line, named by its ``number``, together with its header."""

    kind: Literal["create", "update", "delete"]
    key: str
    number: str
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    etag: str | None = None
    differing: tuple[FieldDifference, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """What is changed, for people."""
        if self.kind != "update":
            return (f"line {self.number} {self.kind}d",)
        return tuple(f"line {self.number}: {name}" for name in self.values)


class LinePlanner:
    """Plans the lines of one row as a whole: what the source no longer has is deleted.

    Whether anything may be written is the header's plan.
    """

    def __init__(self, lines: Lines, contracts: Mapping[str, FieldContract]) -> None:
        self._lines = lines
        self._contracts = contracts
        self._fields = FieldComparison(lines.flow, contracts)

    def fields_to_read(self) -> tuple[str, ...]:
        """The destination fields of a line that a plan compares."""
        flow = self._lines.flow
        pairs = (pair.target for pair in flow.active(flow.cds_to_destination))
        return tuple(dict.fromkeys((*flow.destination.key_fields, *pairs)))

    def key(self, line: MappedLine) -> str:
        """The key of the destination row that a line becomes."""
        names = self._lines.flow.destination.key_fields
        return joined_key([str(line.values[name]) for name in names])

    def changes(self, lines: Sequence[MappedLine], stored: Mapping[str, StoredRow]) -> tuple[LineChange, ...]:
        """What brings the stored lines, by normalised key, in step: deletions, then creations, then updates.

        A change of what a line keeps for life is a deletion and a creation under the same number.
        """
        in_order = sorted(lines, key=lambda line: (len(line.number), line.number))
        wanted = {normalised(self.key(line)): line for line in in_order}
        replaced = {
            key: found for key, row in stored.items() if key in wanted and (found := self._kept(wanted[key], row))
        }
        kept = wanted.keys() & stored.keys() - replaced.keys()
        deleted = (self._deleted(row, gone=key not in wanted) for key, row in stored.items() if key not in kept)
        created = (self._created(line, replaced.get(key)) for key, line in wanted.items() if key not in kept)
        updated = (change for key in wanted if key in kept for change in self._updated(wanted[key], stored[key]))
        return (*deleted, *created, *updated)

    def _kept(self, line: MappedLine, stored: StoredRow) -> tuple[FieldDifference, ...]:
        """What the stored line keeps for life and should be otherwise."""
        return tuple(
            FieldDifference(name, str(line.values[name]), stored.get(name) or "", line.number)
            for name in self._lines.kept_for_life
            if differs(line.values[name], stored.get(name), self._contracts[name], identifier=True)
        )

    def _deleted(self, stored: StoredRow, *, gone: bool) -> LineChange:
        names = self._lines.flow.destination.key_fields
        key = joined_key([stored[name] or "" for name in names])
        number = split_key(key, len(names))[0]
        differing = (FieldDifference(names[0], "", number, number),) if gone else ()
        return LineChange("delete", key, number, etag=stored.get("@odata.etag"), differing=differing)

    def _created(self, line: MappedLine, replaced: tuple[FieldDifference, ...] | None) -> LineChange:
        missing = FieldDifference(self._lines.flow.destination.key, line.number, "", line.number)
        values = self._fields.created(line.values)
        return LineChange("create", self.key(line), line.number, values, differing=replaced or (missing,))

    def _updated(self, line: MappedLine, stored: StoredRow) -> Iterator[LineChange]:
        own = self._fields.differing(line.values, stored)
        differing = [difference for difference in own if difference.field not in self._lines.kept_for_life]
        if differing:
            values = self._fields.changed(line.values, {difference.field for difference in differing})
            named = tuple(replace(difference, line=line.number) for difference in differing)
            yield LineChange("update", self.key(line), line.number, values, stored.get("@odata.etag"), named)
