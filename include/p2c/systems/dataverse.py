"""Dynamics 365 Sales: reading through the Dataverse Web API v9.2.

Source: Microsoft docs, "Query data using the Web API" and "Page results".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.systems.odata.filters import in_list, short_lists, span
from p2c.systems.odata.paging import linked_pages, read_rows
from p2c.systems.odata.query import Page, Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from p2c.systems.odata.session import ODataSession

LARGEST_PAGE = 5000


class Dataverse:
    """A Sales environment; ``session`` is at ``https://<environment>/api/data/v9.2``."""

    def __init__(self, session: ODataSession) -> None:
        self.session = session

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

    def rows_by_id(self, entity_set: str, id_field: str, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Page]:
        """Read the rows whose ``id_field`` is one of ``ids``; absent ones are left out. Each request stays short."""
        for chunk in short_lists(ids, overhead=7):
            query = Query(entity_set=entity_set, fields=tuple(fields), filter=self.key_filter(id_field, chunk))
            for page in self.pages(query):
                yield Page(page.rows, None)

    def window_filter(self, modified_field: str, start: datetime | None, end: datetime) -> str:
        """Rows modified in ``[start, end)``; aware times."""
        return span(modified_field, start, end)

    def key_filter(self, key_field: str, keys: Sequence[str]) -> str:
        """Rows whose ``key_field`` is one of ``keys``; without regard to case, as Dataverse compares."""
        return in_list(key_field, keys)

    def metadata(self) -> bytes:
        """The environment's CSDL."""
        headers = {"Accept": "application/xml"}
        return self.session.request("GET", "$metadata", headers=headers, repeatable=True).body


def _headers(query: Query) -> Mapping[str, str]:
    """Page size; no cached answer for expanded columns (Microsoft docs: Compose HTTP requests and handle errors)."""
    size = min(query.page_size, LARGEST_PAGE)
    return {"Prefer": f"odata.maxpagesize={size}", "If-None-Match": "null"}
