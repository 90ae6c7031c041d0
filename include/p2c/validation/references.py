"""Foreign keys at the destination: does the value exist there, may it be used today, and which row is it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from p2c.contract import shortened
from p2c.flow import Along, FirstValid, Pair, Reference, Through
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.ledger.records import UNKNOWN_REFERENCE
from p2c.systems.finance_operations import COMPANY
from p2c.systems.odata.query import Page, Query
from p2c.validation.calendar import Calendar
from p2c_metadata import Model

Row = Mapping[str, object]
_UTC = ZoneInfo("UTC")


class ReferenceSource(Protocol):
    """Where reference data is read."""

    def server_time(self) -> datetime: ...

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]:
        """Read an entity set page by page."""


class _Known(NamedTuple):
    """A reference row: its value as the destination spells it, and its id where it is known by one field."""

    spelt: str
    id: str


class ReferenceData:
    """The destination's reference rows, each entity set read once per step."""

    def __init__(self, source: ReferenceSource, model: Model, company: str, zone: ZoneInfo = _UTC) -> None:
        self._source = source
        self._model = model
        self._company = company
        self._calendar = Calendar(source.server_time, zone)
        self._rows: dict[tuple[str, tuple[str, ...], bool], list[Mapping[str, str | None]]] = {}
        self._known: dict[Reference, Mapping[tuple[str, ...], _Known]] = {}

    def missing(self, pair: Pair, row: Row) -> Reason | None:
        """Why the value of ``pair`` in a mapped row is unknown at the destination, or None."""
        reference, value = pair.reference, row[pair.target]
        if reference is None or (value is None and not any(isinstance(step, FirstValid) for step in pair.transforms)):
            return None
        if value is None:
            return None if self.first(pair, row) else self._none_valid(pair, reference, row)
        if self._found(reference, str(value), row):
            return None
        text = f"{pair.target}: {self._explained(reference, shortened(str(value)), row)}"
        return Reason(UNKNOWN_REFERENCE, text, value=shortened(str(value)))

    def row_id(self, reference: Reference, value: str, row: Row) -> str | None:
        """The id of the reference row with a value, None where there is none."""
        found = self._found(reference, value, row)
        return found.id if found else None

    def first(self, pair: Pair, row: Row) -> str | None:
        """The first value by name that a mapped row may have in ``pair``, None where it may have none."""
        reference = pair.reference
        return None if reference is None else next(iter(sorted(self._fitting(reference, row))), None)

    def _found(self, reference: Reference, value: str, row: Row) -> _Known | None:
        wanted = (normalised(value), *(self._along(along, row) for along in reference.along))
        return self._values(reference).get(wanted)

    def _fitting(self, reference: Reference, row: Row) -> Iterator[str]:
        wanted = tuple(self._along(along, row) for along in reference.along)
        values = self._values(reference).items()
        return (known.spelt for combination, known in values if combination[1:] == wanted)

    def _along(self, along: Along, row: Row) -> str:
        value = normalised(str(row[along.target] or ""))
        return self._translated(along.through, value) if along.through else value

    def _translated(self, through: Through, value: str) -> str:
        rows = self._read(through.entity_set, (through.match, through.result), company=False)
        found = (row[through.result] for row in rows if normalised(row[through.match] or "") == value)
        return normalised(next(found, "") or "")

    def _values(self, reference: Reference) -> Mapping[tuple[str, ...], _Known]:
        """The known combinations, normalised; of rows that are alike in all the first by id counts."""
        if reference not in self._known:
            valid = reference.valid
            fields = (reference.field, *(along.field for along in reference.along))
            limits = (valid.field, valid.begin, valid.end) if valid else ()
            rows = self._read(reference.entity_set, (*fields, *limits), company=reference.company)
            usable = [row for row in rows if valid is None or self._calendar.is_valid(valid, row)]
            key = self._key(reference.entity_set)
            known: dict[tuple[str, ...], _Known] = {}
            for row in usable:
                values = [row[name] or "" for name in fields]
                row_id = (row[key[0]] or "") if len(key) == 1 else ""
                known.setdefault(tuple(map(normalised, values)), _Known(values[0], row_id))
            self._known[reference] = known
        return self._known[reference]

    def _read(self, entity_set: str, fields: tuple[str, ...], *, company: bool) -> Sequence[Mapping[str, str | None]]:
        cached = (entity_set, fields, company)
        if cached not in self._rows:
            key = self._key(entity_set)
            query = Query(
                entity_set=entity_set,
                fields=tuple(dict.fromkeys(key + fields)),
                order_by=key,
                company=self._company if company else "",
            )
            self._rows[cached] = [row for page in self._source.pages(query) for row in page.rows]
        return self._rows[cached]

    def _key(self, entity_set: str) -> tuple[str, ...]:
        return tuple(name for name in self._model.entity_set(entity_set).key if name != COMPANY)

    def _explained(self, reference: Reference, value: str, row: Row) -> str:
        place = f"{reference.entity_set}.{reference.field}"
        where = f" of company {self._company}" if reference.company else ""
        usable = " among those valid today" if reference.valid else ""
        known = sorted(self._fitting(reference, row))
        listed = f"; known there: {', '.join(known[:10])}{' and others' if len(known) > 10 else ''}" if known else ""
        text = f"{value!r} is not in {place}{where}{usable}{_beside(reference, row)}{listed}."
        return f"{text} Create it there, or map the value in site.toml."

    def _none_valid(self, pair: Pair, reference: Reference, row: Row) -> Reason:
        beside = _beside(reference, row)
        text = f"{pair.target}: {reference.entity_set} has no row{beside} valid today. Create or extend one there."
        return Reason(UNKNOWN_REFERENCE, text, value=beside.strip())


def _beside(reference: Reference, row: Row) -> str:
    return "".join(f" with {along.target} {row[along.target] or ''!r}" for along in reference.along)
