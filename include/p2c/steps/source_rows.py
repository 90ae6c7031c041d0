"""The rows of a flow's source, complete: with the fields joined from other entity sets, and those derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from p2c.check.tenant_model import DescribedSystem
from p2c.flow import Joined, Source
from p2c.keys import normalised
from p2c.ledger import Window
from p2c.steps.derived import DerivedFields, ReferencingSystem
from p2c.systems.odata.query import Page, Query

Row = Mapping[str, str | None]


class SourceSystem(ReferencingSystem, DescribedSystem, Protocol):
    """The system a flow reads."""

    def server_time(self) -> datetime: ...
    def companies(self) -> frozenset[str]: ...
    def counted(self, query: Query) -> int | None: ...
    def rows_by_id(
        self, entity_set: str, id_field: str, ids: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> Iterator[Page]: ...


class SourceRows:
    """Reads ``fields`` of one source in one company, a page at a time or by id."""

    def __init__(
        self, origin: Source, system: SourceSystem, fields: Sequence[str], company: str, page_size: int = 5000
    ) -> None:
        self._origin = origin
        self._system = system
        self._company = company if origin.company else ""
        self._own = tuple(name for name in fields if origin.join_of(name) is None)
        self._page_size = page_size
        self._joins = [
            _JoinedRows(join, columns, system, self._company)
            for join in origin.joined
            if (columns := [name for name in fields if join.holds(name)])
        ]
        self._derived = DerivedFields(origin, system)
        self.names = (*fields, *self._derived.names)

    def in_window(self, window: Window, resume: str | None = None) -> Iterator[Page]:
        """The rows modified in a window; all of them where nothing tells, or where the window is unbounded."""
        if self._origin.read_whole:
            self._read_joined_whole()
        for page in self._system.pages(self._query(window), resume):
            yield self._complete(page)

    def counted(self, window: Window) -> int | None:
        """How many rows the source counts in a window now, None where it does not tell."""
        return self._system.counted(self._query(window))

    def _query(self, window: Window) -> Query:
        origin = self._origin
        end = None if origin.read_whole else window.end
        return Query(
            entity_set=origin.entity_set,
            fields=self._own,
            filter=self._system.window_filter(origin.modified, window.start, end) if end else None,
            order_by=tuple(name for name in (origin.modified, origin.id) if name),
            page_size=self._page_size,
            company=self._company,
        )

    def by_key(self, keys: Sequence[str]) -> Iterator[Page]:
        """The rows with these integration keys."""
        return self._by(self._origin.key, keys)

    def by_id(self, ids: Sequence[str]) -> Iterator[Page]:
        """The rows with these ids; absent ones are left out."""
        return self._by(self._origin.id, ids)

    def touched(self, window: Window) -> list[str]:
        """Ids of rows of which only a derived field may have changed in a window."""
        return self._derived.touched(window)

    def _by(self, field: str, values: Sequence[str]) -> Iterator[Page]:
        for page in self._system.rows_by_id(self._origin.entity_set, field, values, self._own, self._company):
            yield self._complete(page)

    def _read_joined_whole(self) -> None:
        """One read of an entity set costs less than a request for every hundred rows."""
        for join in self._joins:
            join.read_whole(self._page_size)

    def _complete(self, page: Page) -> Page:
        if not self._joins and not self._derived.names:
            return page
        rows: Sequence[Row] = page.rows
        for join in self._joins:
            rows = join.added_to(rows)
        rows = self._derived.added_to(rows) if self._derived.names else rows
        return replace(page, rows=[dict(row) for row in rows])


class _JoinedRows:
    """The joined rows of one entity set: read by key as they are needed, or all of them at once."""

    def __init__(self, join: Joined, names: Sequence[str], system: SourceSystem, company: str) -> None:
        self._join = join
        self._columns = {name: name.removeprefix(f"{join.entity_set}.") for name in names}
        self._fields = tuple(dict.fromkeys((join.key, *self._columns.values())))
        self._system = system
        self._company = company
        self._whole: dict[str, Row] | None = None

    def read_whole(self, page_size: int) -> None:
        query = Query(
            entity_set=self._join.entity_set,
            fields=self._fields,
            order_by=(self._join.key,),
            page_size=page_size,
            company=self._company,
        )
        self._whole = self._by_key(self._system.pages(query))

    def added_to(self, rows: Sequence[Row]) -> list[Row]:
        values = [row[self._join.by] or "" for row in rows]
        found = self._rows(values) if self._whole is None else self._whole
        return [{**row, **self._joined(found.get(normalised(value)))} for row, value in zip(rows, values, strict=True)]

    def _joined(self, row: Row | None) -> dict[str, str | None]:
        return {name: row[column] if row else None for name, column in self._columns.items()}

    def _rows(self, values: Sequence[str]) -> dict[str, Row]:
        wanted = [value for value in dict.fromkeys(values) if value]
        pages = self._system.rows_by_id(self._join.entity_set, self._join.key, wanted, self._fields, self._company)
        return self._by_key(pages)

    def _by_key(self, pages: Iterator[Page]) -> dict[str, Row]:
        return {normalised(row[self._join.key] or ""): row for page in pages for row in page.rows}
