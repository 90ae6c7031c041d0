"""Foreign keys at the destination: does the value exist there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from p2c.contract import shortened
from p2c.flow import Along, Pair, Reference, Through
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.ledger.records import UNKNOWN_REFERENCE
from p2c.systems.finance_operations import COMPANY
from p2c.systems.odata.query import Page, Query
from p2c_metadata import Model

Row = Mapping[str, object]


class ReferenceSource(Protocol):
    """Where reference data is read."""

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]:
        """Read an entity set page by page."""


class ReferenceData:
    """The destination's reference rows, each entity set read once per step."""

    def __init__(self, source: ReferenceSource, model: Model, company: str) -> None:
        self._source = source
        self._model = model
        self._company = company
        self._columns: dict[tuple[str, tuple[str, ...], bool], list[tuple[str, ...]]] = {}
        self._known: dict[Reference, Mapping[tuple[str, ...], str]] = {}

    def missing(self, pair: Pair, row: Row) -> Reason | None:
        """Why the value of ``pair`` in a mapped row is unknown at the destination, or None."""
        reference, value = pair.reference, row[pair.target]
        if reference is None or value is None:
            return None
        wanted = (normalised(str(value)), *(self._along(along, row) for along in reference.along))
        if wanted in self._values(reference):
            return None
        text = f"{pair.target}: {self._explained(reference, shortened(str(value)), row)}"
        return Reason(UNKNOWN_REFERENCE, text, value=shortened(str(value)))

    def _along(self, along: Along, row: Row) -> str:
        value = normalised(str(row[along.target] or ""))
        return self._translated(along.through, value) if along.through else value

    def _translated(self, through: Through, value: str) -> str:
        rows = self._read(through.entity_set, (through.match, through.result), company=False)
        return next((normalised(result) for match, result in rows if normalised(match) == value), "")

    def _values(self, reference: Reference) -> Mapping[tuple[str, ...], str]:
        """The known combinations, normalised, each with its value as the destination spells it."""
        if reference not in self._known:
            fields = (reference.field, *(along.field for along in reference.along))
            rows = self._read(reference.entity_set, fields, company=reference.company)
            self._known[reference] = {tuple(map(normalised, row)): row[0] for row in rows}
        return self._known[reference]

    def _read(self, entity_set: str, fields: tuple[str, ...], *, company: bool) -> Sequence[tuple[str, ...]]:
        cached = (entity_set, fields, company)
        if cached not in self._columns:
            key = tuple(name for name in self._model.entity_set(entity_set).key if name != COMPANY)
            query = Query(
                entity_set=entity_set,
                fields=tuple(dict.fromkeys(key + fields)),
                order_by=key,
                company=self._company if company else "",
            )
            pages = self._source.pages(query)
            rows = (row for page in pages for row in page.rows)
            self._columns[cached] = [tuple(row[name] or "" for name in fields) for row in rows]
        return self._columns[cached]

    def _explained(self, reference: Reference, value: str, row: Row) -> str:
        place = f"{reference.entity_set}.{reference.field}"
        where = f" of company {self._company}" if reference.company else ""
        beside = "".join(f" with {along.target} {row[along.target] or ''!r}" for along in reference.along)
        wanted = tuple(self._along(along, row) for along in reference.along)
        known = sorted(spelt for combination, spelt in self._values(reference).items() if combination[1:] == wanted)
        listed = f"; known there: {', '.join(known[:10])}{' and others' if len(known) > 10 else ''}" if known else ""
        return f"{value!r} is not in {place}{where}{beside}{listed}. Create it there, or map the value in site.toml."
