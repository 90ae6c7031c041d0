"""Pages of a read: one body at a time, the server's links followed as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError, TransientError
from p2c.systems.odata.addresses import host_of, shown
from p2c.systems.odata.decode import MalformedBodyError, Rows, decode_rows
from p2c.systems.odata.query import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from p2c.systems.odata.session import ODataSession

_READS_OF_A_MALFORMED_PAGE = 2


def read_rows(
    session: ODataSession,
    path_or_url: str,
    fields: Sequence[str],
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Rows:
    """Read one page. A malformed one is read once more, then raises ConfigurationError with its beginning."""
    for _ in range(_READS_OF_A_MALFORMED_PAGE):
        response = session.request("GET", path_or_url, params=params, headers=headers, repeatable=True)
        try:
            return decode_rows(response.body, fields)
        except MalformedBodyError as error:
            unreadable = ConfigurationError(
                f"{host_of(response.url)} answers with a page that cannot be read: {error}. Check the URL of the "
                "connection and the fields of the flow against the system's $metadata.",
                evidence=response.evidence(excerpt=response.excerpt()),
            )
    raise unreadable


def linked_pages(
    session: ODataSession, first: Rows, fields: Sequence[str], *, headers: Mapping[str, str] | None = None
) -> Iterator[Page]:
    """The first page and all that its links lead to; raises TransientError if a link leads back."""
    seen: set[str] = set()
    page = first
    while page.next_link:
        if page.next_link in seen:
            raise TransientError(
                f"{host_of(session.base_url)} leads from page to page in a circle: {shown(page.next_link)}"
            )
        seen.add(page.next_link)
        yield Page(page.rows, page.next_link)
        page = read_rows(session, page.next_link, fields, headers=headers)
    yield Page(page.rows, None)
