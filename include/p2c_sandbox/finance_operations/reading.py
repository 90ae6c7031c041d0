"""Reading F&O: collections, single rows, counts.

Without `cross-company=true` only the user's default company is seen. Pages are linked by offset, so rows written while
a client pages can be missed or repeated, as at the real service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import quote

import msgspec

from p2c_metadata import EntityType
from p2c_sandbox import query
from p2c_sandbox.finance_operations.address import Address
from p2c_sandbox.finance_operations.errors import bad_request, denied, json_headers, not_found
from p2c_sandbox.finance_operations.lookup import candidates
from p2c_sandbox.finance_operations.rows import SYSTEM, etag, is_listed, is_of_company, row_key, shown, table_of
from p2c_sandbox.messages import Request, Response, query_parameters
from p2c_sandbox.service import Service
from p2c_sandbox.store import Transaction
from p2c_sandbox.store_rows import Row

_OPTIONS = {"$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count", "cross-company", "$format"}
_PAGE_SIZE = re.compile(r"odata\.maxpagesize\s*=\s*(\d{1,9})")
_LEGIBLE = "(),'*"
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True)
class Selection:
    """The query options of one read; `company` None sees all companies."""

    company: str | None
    accepts: query.Filter | None = None
    order: tuple[query.OrderBy, ...] = ()
    names: tuple[str, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    stopped_products: bool = True


def read(service: Service, address: Address, request: Request) -> Response:
    """Answer a GET. FinanceOperationsError or QueryError if it asks for what there is not."""
    if address.entity.entity_set in service.settings.finance_operations.denied_entity_sets:
        raise denied(address.entity.entity_set, "read")
    selection = read_selection(service, address.entity, request)
    with service.store.read() as transaction:
        if address.key is not None:
            return _single(transaction, address, selection, request)
        if address.count:
            number = sum(1 for _ in _found(transaction, address.entity, selection))
            return Response(200, str(number).encode(), {"content-type": "text/plain", "odata-version": "4.0"})
        return _collection(service, transaction, address.entity, selection, request)


def read_selection(service: Service, entity: EntityType, request: Request) -> Selection:
    """Read and check the query options of a request."""
    options = query_parameters(request.query)
    unknown = sorted(name for name in options if name.startswith("$") and name not in _OPTIONS)
    if unknown:
        raise bad_request(f"The query parameter '{unknown[0]}' is not supported.")
    scope = query.Scope(SYSTEM, entity, service.schema.model(SYSTEM), service.clock.now)
    if "$expand" in options:
        _refuse_expand(entity, options["$expand"])
    return Selection(
        company=company_seen(service, options),
        accepts=query.parse_filter(options["$filter"], scope) if "$filter" in options else None,
        order=query.parse_orderby(options["$orderby"], scope) if "$orderby" in options else (),
        names=query.parse_select(options["$select"], scope) if "$select" in options else tuple(entity.properties),
        top=query.parse_number("$top", options["$top"]) if "$top" in options else None,
        skip=query.parse_number("$skip", options["$skip"]) if "$skip" in options else 0,
        count=query.parse_count(options["$count"]) if "$count" in options else False,
        options=options,
        stopped_products=service.settings.finance_operations.lists_stopped_products,
    )


def company_seen(service: Service, options: Mapping[str, str]) -> str | None:
    """The user's default company, or None (all) with `cross-company=true`."""
    if options.get("cross-company", "").lower() == "true":
        return None
    return service.settings.finance_operations.default_company


def find_row(transaction: Transaction, address: Address, company: str | None) -> Row:
    """The row of a keyed address, as seen from `company`. FinanceOperationsError (404) if there is none."""
    entity, key = address.entity, address.key or {}
    row = transaction.get(SYSTEM, table_of(entity), row_key(entity, key))
    if row is None or not is_of_company(entity, row.values, company):
        raise not_found(f"Resource not found for the segment '{entity.entity_set}'.")
    return row


def row_body(request: Request, entity: EntityType, row: Row, names: tuple[str, ...] | None = None) -> bytes:
    """One row as a JSON document of its own."""
    content = {"@odata.context": f"{request.origin}/data/$metadata#{entity.entity_set}/$entity"}
    return _encode(content | _wire(entity, row, names or tuple(entity.properties)))


def _single(transaction: Transaction, address: Address, selection: Selection, request: Request) -> Response:
    row = find_row(transaction, address, selection.company)
    if not is_listed(address.entity, row.values, stopped_products=selection.stopped_products):
        raise not_found(f"Resource not found for the segment '{address.entity.entity_set}'.")
    body = row_body(request, address.entity, row, selection.names)
    return Response(200, body, json_headers(etag=etag(row)))


def _collection(
    service: Service, transaction: Transaction, entity: EntityType, selection: Selection, request: Request
) -> Response:
    rows = _found(transaction, entity, selection)
    content: dict[str, Any] = {"@odata.context": f"{request.origin}/data/$metadata#{entity.entity_set}"}
    if selection.count:
        counted = list(rows)
        content["@odata.count"], rows = len(counted), iter(counted)
    size = _page_size(service, request)
    more = selection.top is None or selection.top > size
    wanted = size + 1 if more else selection.top
    page = list(islice(rows, selection.skip, selection.skip + (wanted or 0)))
    content["value"] = [_wire(entity, row, selection.names) for row in page[:size]]
    if len(page) > size:
        content["@odata.nextLink"] = _next_link(request, selection, size)
    return Response(200, _encode(content), json_headers())


def _found(transaction: Transaction, entity: EntityType, selection: Selection) -> Iterator[Row]:
    for row in candidates(transaction, entity, selection.accepts, selection.company, selection.order):
        if is_of_company(entity, row.values, selection.company) and _accepted(entity, row, selection):
            yield row


def _accepted(entity: EntityType, row: Row, selection: Selection) -> bool:
    if not is_listed(entity, row.values, stopped_products=selection.stopped_products):
        return False
    return selection.accepts is None or selection.accepts(shown(entity, row))


def _wire(entity: EntityType, row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    values = shown(entity, row)
    return {"@odata.etag": etag(row)} | {name: values[name] for name in names}


def _page_size(service: Service, request: Request) -> int:
    limit = service.settings.finance_operations.page_size
    asked = _PAGE_SIZE.search(request.headers.get("prefer", ""))
    return min(limit, int(asked.group(1)) or limit) if asked else limit


def _next_link(request: Request, selection: Selection, size: int) -> str:
    options = dict(selection.options) | {"$skip": str(selection.skip + size)}
    if selection.top is not None:
        options["$top"] = str(selection.top - size)
    written = "&".join(f"{name}={quote(value, safe=_LEGIBLE)}" for name, value in options.items())
    return f"{request.origin}{request.path}?{written}"


def _refuse_expand(entity: EntityType, text: str) -> None:
    for expand in query.parse_expand(text):
        if expand.options.get("$expand"):
            raise bad_request("$expand is supported to the first level only.")
        raise bad_request(f"Could not find a property named '{expand.navigation}' on type '{entity.name}'.")
