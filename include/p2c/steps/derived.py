"""Fields that an environment lacks, worked out from the rows that point to a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from p2c.flow import Referenced, Source
from p2c.ledger import Window
from p2c.systems.odata.query import Page, Query

Row = Mapping[str, str | None]


class ReferencingSystem(Protocol):
    """A system whose rows point to one another."""

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]: ...
    def rows_by_lookup(
        self, entity_set: str, lookup_field: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Iterator[Page]: ...
    def window_filter(self, modified_field: str, start: datetime | None, end: datetime) -> str: ...


class DerivedFields:
    """The derived fields of one source."""

    def __init__(self, origin: Source, system: ReferencingSystem) -> None:
        self._origin = origin
        self._system = system

    @property
    def names(self) -> tuple[str, ...]:
        """The fields."""
        return tuple(derived.field for derived in self._origin.derived)

    def added_to(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with their derived fields."""
        found = {derived.field: self._pointed_at(derived, rows) for derived in self._origin.derived}
        return [
            {**row, **{name: "true" if row[self._origin.id] in ids else "false" for name, ids in found.items()}}
            for row in rows
        ]

    def touched(self, window: Window) -> list[str]:
        """Ids that rows changed in the window point to: what is derived of them may have changed, they did not."""
        if window.start is None or window.end is None:
            return []
        ids: dict[str, None] = {}
        for derived in self._origin.derived:
            condition = self._system.window_filter(derived.modified, window.start, window.end)
            for entity_set in derived.entity_sets:
                query = Query(entity_set=entity_set, fields=(derived.lookup,), filter=condition)
                ids.update(dict.fromkeys(_ids(self._system.pages(query), derived.lookup)))
        return list(ids)

    def _pointed_at(self, derived: Referenced, rows: Sequence[Row]) -> set[str]:
        ids = [str(row[self._origin.id]) for row in rows]
        pages = (
            page
            for entity_set in derived.entity_sets
            for page in self._system.rows_by_lookup(entity_set, derived.lookup, ids, (derived.lookup,))
        )
        return set(_ids(pages, derived.lookup))


def _ids(pages: Iterable[Page], lookup: str) -> Iterator[str]:
    return (value for page in pages for row in page.rows if (value := row[lookup]))
