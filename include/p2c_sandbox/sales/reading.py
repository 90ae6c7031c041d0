"""Reading: listings in pages, single rows, single columns. Source: Microsoft docs: Query data using the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from p2c_metadata import EntityType
from p2c_sandbox.messages import Response
from p2c_sandbox.query import parse_count, parse_number
from p2c_sandbox.sales.address import RowReference
from p2c_sandbox.sales.call import Call
from p2c_sandbox.sales.cookies import Cookie, read_cookie
from p2c_sandbox.sales.errors import bad_query, no_such_resource
from p2c_sandbox.sales.keys import require_row
from p2c_sandbox.sales.listing import MAXIMUM_COUNT, Listing
from p2c_sandbox.sales.rendering import row_object, shape_of
from p2c_sandbox.sales.responses import json_answer
from p2c_sandbox.sales.rows import LinkedRow, Lookups, etag, wire_values
from p2c_sandbox.store import Row

TOTAL = "Microsoft.Dynamics.CRM.totalrecordcount"
TOTAL_EXCEEDED = "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"
LISTING_OPTIONS = frozenset({"$select", "$filter", "$orderby", "$top", "$count", "$expand", "$skiptoken"})
ROW_OPTIONS = frozenset({"$select", "$expand"})
_PASSED_OVER = frozenset({"tag", "api-version", "$format"})


def list_rows(call: Call, entity: EntityType, at_end: Mapping[str, Any] | None = None) -> Response:
    """`GET accounts?...`: one page of a listing; `at_end` are members that the last page carries."""
    check_options(call, LISTING_OPTIONS)
    shape = shape_of(call.scope(entity), call.parameters)
    listing = Listing.of(call, entity)
    cookie = read_cookie(call.parameters["$skiptoken"]) if "$skiptoken" in call.parameters else Cookie(1, [])
    size, more_follow = _page_size(call)
    rows = list(islice(listing.rows(cookie.last), size + 1))
    content: dict[str, Any] = {"@odata.context": f"{call.root}$metadata#{entity.entity_set}{shape.context}"}
    content |= _total(call, listing)
    content["value"] = [row_object(row, shape, call.preferences, listing.lookups) for row in rows[:size]]
    if len(rows) > size and more_follow:
        place = listing.place(rows[size - 1], cookie.page_number * size)
        content["@odata.nextLink"] = next_link(call, Cookie(cookie.page_number + 1, place))
    else:
        content |= at_end or {}
    return json_answer(200, content, applied(call))


def count_rows(call: Call, entity: EntityType) -> Response:
    """`GET accounts/$count`: the number of rows as text, told to 5,000."""
    check_options(call, frozenset({"$filter"}))
    number = min(Listing.of(call, entity).count(), MAXIMUM_COUNT)
    return Response(200, str(number).encode(), {"content-type": "text/plain"})


def read_row(call: Call, reference: RowReference) -> Response:
    """`GET accounts(...)`; 304 if the client has this version already."""
    check_options(call, ROW_OPTIONS)
    return shown(call, reference.entity, require_row(call.transaction, reference))


def read_member(call: Call, reference: RowReference, name: str) -> Response:
    """`GET accounts(...)/name`: one column, or the row behind a navigation property; 204 if it is empty."""
    entity = reference.entity
    row = require_row(call.transaction, reference)
    if name in entity.properties:
        check_options(call, frozenset())
        return _column(call, entity, row, name)
    if name not in entity.navigation:
        raise no_such_resource(name)
    check_options(call, ROW_OPTIONS)
    lookups = Lookups(call.transaction)
    linked = LinkedRow(wire_values(row), entity, lookups)[name]
    if linked is None:
        return Response(204)
    target = lookups.row(linked.entity, str(linked[linked.entity.key[0]]))
    return shown(call, linked.entity, target) if target else Response(204)


def shown(call: Call, entity: EntityType, row: Row, status: int = 200) -> Response:
    """A row as the answer."""
    plain = "$expand" not in call.parameters and not call.preferences.annotations
    if status == 200 and plain and call.request.headers.get("if-none-match") == etag(row):
        return Response(304, headers={"etag": etag(row)})
    shape = shape_of(call.scope(entity), call.parameters)
    content = {"@odata.context": f"{call.root}$metadata#{entity.entity_set}{shape.context}/$entity"}
    content |= row_object(row, shape, call.preferences, Lookups(call.transaction))
    return json_answer(status, content, {"etag": etag(row), **applied(call)})


def next_link(call: Call, cookie: Cookie, *, tracking: bool = False) -> str:
    """The request's own address with another place to go on from."""
    kept = [pair for pair in call.request.query.split("&") if pair and not _is_skiptoken(pair)]
    path = call.request.path
    return f"{call.request.origin}{path}?{'&'.join([*kept, f'$skiptoken={cookie.text(tracking=tracking)}'])}"


def applied(call: Call) -> dict[str, str]:
    """The header that tells which preferences were followed."""
    told = call.preferences.applied()
    return {"preference-applied": told} if told else {}


def check_options(call: Call, allowed: frozenset[str]) -> None:
    """SalesError on a query option that has no meaning at this address."""
    for name in call.parameters:
        if name == "$skip":
            raise bad_query("Skip Clause is not supported in CRM")
        if name not in allowed and name not in _PASSED_OVER and not name.startswith("@"):
            raise bad_query(f"The query parameter {name[:80]} is not supported.")


def page_size(call: Call) -> int:
    """Rows a page may hold: what the client prefers, 5,000 at most."""
    limit = call.service.settings.sales.page_size
    return min(limit, call.preferences.page_size or limit)


def _page_size(call: Call) -> tuple[int, bool]:
    """Rows of this page, and whether pages follow it: `$top`, without a preferred page size, ends the listing."""
    top = call.parameters.get("$top")
    number = parse_number("$top", top) if top is not None else None
    if number is None or call.preferences.page_size is not None:
        return page_size(call), True
    return min(number, page_size(call)), False


def _total(call: Call, listing: Listing) -> Mapping[str, Any]:
    if not parse_count(call.parameters.get("$count", "false")):
        return {}
    number = listing.count()
    content: dict[str, Any] = {"@odata.count": min(number, MAXIMUM_COUNT)}
    if call.preferences.includes(TOTAL):
        content[f"@{TOTAL}"] = min(number, MAXIMUM_COUNT)
    if call.preferences.includes(TOTAL_EXCEEDED):
        content[f"@{TOTAL_EXCEEDED}"] = number > MAXIMUM_COUNT
    return content


def _column(call: Call, entity: EntityType, row: Row, name: str) -> Response:
    value = wire_values(row).get(name)
    if value is None:
        return Response(204)
    context = f"{call.root}$metadata#{entity.entity_set}({row.key})/{name}"
    return json_answer(200, {"@odata.context": context, "value": value})


def _is_skiptoken(pair: str) -> bool:
    return pair.partition("=")[0].lower() in ("$skiptoken", "%24skiptoken")
