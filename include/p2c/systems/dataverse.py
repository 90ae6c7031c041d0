"""Dynamics 365 Sales: reading and writing through the Dataverse Web API v9.2.

Sources: Microsoft docs, "Query data using the Web API"; "Page results"; "Send parallel requests".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.keys import normalised
from p2c.systems.dataverse_definitions import described
from p2c.systems.dataverse_sender import DataverseSender
from p2c.systems.dataverse_tables import Tables
from p2c.systems.odata.batch_sizes import BatchSizes
from p2c.systems.odata.filters import any_equal, in_list, short_lists, span
from p2c.systems.odata.keyed_rows import KeyedRows
from p2c.systems.odata.lanes import Lanes
from p2c.systems.odata.paging import linked_pages, read_rows
from p2c.systems.odata.query import Page, Query, Row
from p2c.systems.odata.writer import BatchWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from p2c.systems.odata.operations import Operation, Result
    from p2c.systems.odata.session import ODataSession
    from p2c_metadata import Model

LARGEST_PAGE = 5000
LARGEST_BATCH = 1000
LARGEST_COUNT = 5000


def _nothing() -> None:
    """Do nothing before a batch."""


class Dataverse:
    """A Sales environment; ``session`` is at ``https://<environment>/api/data/v9.2``."""

    def __init__(self, session: ODataSession, *, batch_size: int = 100) -> None:
        self.session = session
        self.tables = Tables(session)
        self._sender = DataverseSender(session, self.tables, self.rows_by_key)
        self._sizes = BatchSizes(min(batch_size, LARGEST_BATCH))
        self._lanes = Lanes()

    def server_time(self) -> datetime:
        """The environment's clock, aware UTC."""
        return self.session.server_time("WhoAmI")

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]:
        """Read an entity set page by page, or go on at the page that ``resume`` of an earlier one names.

        A ``resume`` that the system no longer knows raises RequestRefusedError: begin anew without it.
        """
        headers = _headers(query)
        if resume is None:
            first = read_rows(self.session, query.entity_set, query.fields, params=query.parameters(), headers=headers)
        else:
            first = read_rows(self.session, resume, query.fields, headers=headers)
        yield from linked_pages(self.session, first, query.fields, headers=headers)

    def counted(self, query: Query) -> int | None:
        """How many rows ``query`` selects now; None where they are as many as Dataverse counts at most, or more."""
        params = {"$filter": query.filter} if query.filter else None
        response = self.session.request("GET", f"{query.entity_set}/$count", params=params, repeatable=True)
        text = response.body.decode("utf-8-sig", "replace").strip()
        return int(text) if text.isdecimal() and int(text) < LARGEST_COUNT else None

    def rows_by_id(
        self, entity_set: str, id_field: str, ids: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> Iterator[Page]:
        """Read the rows whose ``id_field`` is one of ``ids``; absent ones are left out. Each request stays short.

        Sales knows no ``company``.
        """
        del company
        for chunk in short_lists(ids, overhead=7):
            query = Query(entity_set=entity_set, fields=tuple(fields), filter=self.key_filter(id_field, chunk))
            for page in self.pages(query):
                yield Page(page.rows, None)

    def rows_by_lookup(
        self, entity_set: str, lookup_field: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Iterator[Page]:
        """Read the rows that refer to one of ``ids``; ``lookup_field`` is for example ``_productid_value``."""
        for chunk in short_lists(ids, overhead=len(lookup_field) + len("%20eq%20%20or%20")):
            condition = any_equal(lookup_field, chunk, "Edm.Guid")
            query = Query(entity_set=entity_set, fields=tuple(fields), filter=condition)
            for page in self.pages(query):
                yield Page(page.rows, None)

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> KeyedRows:
        """Read the rows with these ``keys``, by key as ``p2c.keys.normalised`` gives it; ids and etags included.

        ``key_field`` need be no alternate key: keys that several rows have are reported as ambiguous. Any character may
        stand in a key, for it never stands in an address. Sales knows no ``company``.
        """
        del company
        id_field = self.tables.of(entity_set).id_field
        columns = tuple(dict.fromkeys((id_field, key_field, *fields)))
        wanted = {normalised(key): key for key in keys}
        matches: dict[str, list[Row]] = {}
        for page in self.rows_by_id(entity_set, key_field, list(wanted.values()), columns):
            for row in page.rows:
                matches.setdefault(normalised(row[key_field] or ""), []).append(row)
        return _keyed({key: rows for key, rows in matches.items() if key in wanted}, id_field)

    def write(
        self, operations: Iterable[Operation], *, lanes: int, before_batch: Callable[[], None] = _nothing
    ) -> Iterator[Result]:
        """Write ``operations`` with at most ``lanes`` requests under way, fewer where Dataverse advises fewer.

        Yields results, raises and calls ``before_batch`` as FinanceOperations.write. Operations are sent in any order:
        write what depends on others, for example a state, after their results. ``key`` is a row's id or a business key;
        lookups and states are in ``p2c.systems.dataverse_operations``. A create or upsert returns the row's id.
        """
        writer = BatchWriter(
            self._sender,
            operations,
            lanes=self._lanes.up_to(lanes),
            sizes=self._sizes,
            limits=self.session.limits,
            before_batch=before_batch,
            parallelism=lambda: self.session.statistics.parallelism_hint,
        )
        return writer.results()

    def window_filter(self, modified_field: str, start: datetime | None, end: datetime) -> str:
        """Rows modified in ``[start, end)``; aware times."""
        return span(modified_field, start, end)

    def key_filter(self, key_field: str, keys: Sequence[str]) -> str:
        """Rows whose ``key_field`` is one of ``keys``; without regard to case, as Dataverse compares."""
        return in_list(key_field, keys)

    def described(self, fields: Mapping[str, Collection[str]], shipped: Model, *, members: bool = False) -> Model:
        """``shipped`` with the entity sets of ``fields`` as the environment has them, by one request.

        Choices always come with their options, their ``members``.
        """
        del members
        return described(self.session, fields, shipped)


def _keyed(matches: Mapping[str, Sequence[Row]], id_field: str) -> KeyedRows:
    found = KeyedRows()
    for key, rows in matches.items():
        if len(rows) == 1:
            found[key] = rows[0]
        else:
            found.ambiguous[key] = tuple(row[id_field] or "" for row in rows)
    return found


def _headers(query: Query) -> Mapping[str, str]:
    """Page size; no cached answer for expanded columns (Microsoft docs: Compose HTTP requests and handle errors)."""
    size = min(query.page_size, LARGEST_PAGE)
    return {"Prefer": f"odata.maxpagesize={size}", "If-None-Match": "null"}
