"""The lines of a flow at the destination: read for many headers at once, and written with their header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from p2c.destination_key import joined_key
from p2c.field_comparison import StoredRow
from p2c.flow import Lines
from p2c.keys import normalised
from p2c.ledger import RowOutcome
from p2c.ledger.records import LANDED
from p2c.line_planning import LineChange, LinePlanner
from p2c.mapping.prepare import destination_contracts, key_types
from p2c.money_check import amounts_of, difference
from p2c.planning import MappedRow
from p2c.steps.destination_rows import DestinationRows, DestinationSystem
from p2c.steps.planned import Planned, Settled
from p2c.systems.odata.operations import Operation

StoredLines = Mapping[str, StoredRow]


class LineSystem(DestinationSystem, Protocol):
    """The system that holds lines."""

    def rows_under(
        self,
        entity_set: str,
        field: str,
        values: Sequence[str],
        fields: Sequence[str],
        company: str,
        order_by: Sequence[str],
        types: Mapping[str, str],
    ) -> Iterator[StoredRow]: ...


class LineRows:
    """Reads, compares and writes the lines of one flow in one company."""

    def __init__(self, lines: Lines, system: LineSystem, company: str) -> None:
        self._lines = lines
        self._system = system
        self._company = company
        self._planner = LinePlanner(lines, destination_contracts(lines.flow))
        compared = (lines.amounts[1],) if lines.amounts else ()
        self._fields = tuple(dict.fromkeys((*self._planner.fields_to_read(), *compared)))
        self._rows = DestinationRows(lines.flow, system, self._fields, company)

    def read(self, headers: Iterable[str]) -> dict[str, StoredLines]:
        """The stored lines by normalised key, of each header by its normalised key; one without lines is absent."""
        destination, types = self._lines.flow.destination, key_types(self._lines.flow)
        wanted = list(dict.fromkeys(headers))
        found: dict[str, dict[str, StoredRow]] = {}
        order = (self._lines.header_key, destination.key)
        for row in self._system.rows_under(
            destination.entity_set, order[0], wanted, self._fields, self._company, order, types
        ):
            key = joined_key([row[name] or "" for name in destination.key_fields])
            found.setdefault(normalised(row[order[0]] or ""), {})[normalised(key)] = row
        return dict(found)

    def changes(self, row: MappedRow, stored: StoredLines) -> tuple[LineChange, ...]:
        """What brings the stored lines of a row in step."""
        return self._planner.changes(row.lines, stored)

    def together(self, header: Operation | None, changes: Sequence[LineChange], reference: int) -> Operation:
        """One operation for the header, if anything of it is written, and its lines.

        Only the first one counts on its record being unchanged: F&O itself changes the others with it (totals).
        """
        lines = [
            replace(
                self._rows.operation(change.kind, change.key, change.values, reference, change.etag, {}),
                line=change.number,
            )
            for change in changes
        ]
        first, *others = [*([header] if header else []), *lines]
        return replace(first, also=tuple(replace(each, etag=None) for each in others))

    def with_amounts(self, done: Sequence[Settled]) -> list[Settled]:
        """The outcomes with what the lines of each landed row come to in both systems."""
        if self._lines.amounts is None:
            return list(done)
        written = [item.row.key for item, outcome in done if item.writes and outcome.outcome in LANDED]
        stored = self.read(written) if written else {}
        return [self._with_amounts(*each, stored) for each in done]

    def _with_amounts(self, item: Planned, outcome: RowOutcome, written: Mapping[str, StoredLines]) -> Settled:
        if outcome.outcome not in LANDED or self._lines.amounts is None:
            return item, outcome
        stored = written.get(normalised(item.row.key), {}) if item.writes else item.stored_lines
        amounts = amounts_of(self._lines.amounts, (line.cds for line in item.row.lines), stored.values())
        apart = difference(amounts)
        return item, replace(outcome, amounts=amounts, reasons=(*outcome.reasons, *([apart] if apart else [])))
