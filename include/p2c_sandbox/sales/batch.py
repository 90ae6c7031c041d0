"""`$batch`: operations one after the other, change sets whole or not at all.

Source: Microsoft docs: Execute batch operations using the Web API.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from urllib.parse import quote, urlsplit

from p2c_sandbox.addresses import SALES_ROOT, entity_set_of
from p2c_sandbox.fault_responses import operation_response
from p2c_sandbox.journal import RequestEntry, operation_entry
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.multipart import (
    BatchError,
    ChangeSet,
    ChangeSetResponse,
    Operation,
    PartResponse,
    parse_batch,
    render_batch,
)
from p2c_sandbox.sales.call import SYSTEM
from p2c_sandbox.sales.errors import SalesError, bad_query
from p2c_sandbox.sales.preferences import parse_preferences
from p2c_sandbox.sales.responses import error_answer
from p2c_sandbox.service import Service

MAXIMUM_URL = 32_768
References = Mapping[str, str]
Execute = Callable[[Request, References], Response]
_REFERENCE = re.compile(r"^/?(?:api/data/v9\.2/)?\$(\w+)")
_SAFE_IN_URL = "/?&=$()',:;@!*+%-._~"


class _ChangeSetFailed(Exception):
    """Undoes a change set; carries the part that stands for it."""

    def __init__(self, part: PartResponse) -> None:
        self.part = part


def answer_batch(service: Service, request: Request, execute: Execute) -> Response:
    """Answer a batch. Without `odata.continue-on-error` it ends at the first failure, whose status is the answer's."""
    items = _items(service, request)
    keep_on = parse_preferences(request.headers.get("prefer", "")).continue_on_error
    batch = _Batch(service, request, execute)
    parts: list[PartResponse | ChangeSetResponse] = []
    status: int = HTTPStatus.OK
    for item in items:
        parts.append(batch.answer(item))
        if (failed := _failed(parts[-1])) and not keep_on:
            status = failed
            break
    service.journal.record_request(*batch.entries)
    body, content_type = render_batch(parts)
    return Response(status, body, {"content-type": content_type})


class _Batch:
    """Carries out the operations of one batch; `entries` gathers them for the journal, failed ones too."""

    def __init__(self, service: Service, request: Request, execute: Execute) -> None:
        self._service, self._request, self._execute = service, request, execute
        self._number = count()
        self.entries: list[RequestEntry] = []

    def answer(self, item: Operation | ChangeSet) -> PartResponse | ChangeSetResponse:
        if isinstance(item, Operation):
            response, spoilt = self._carry_out(item, {})
            return _part(spoilt or response, None)
        try:
            with self._service.store.transaction():
                return self._change_set(item)
        except _ChangeSetFailed as failure:
            return failure.part

    def _change_set(self, item: ChangeSet) -> PartResponse | ChangeSetResponse:
        references: dict[str, str] = {}
        parts: list[PartResponse] = []
        spoilt_part = None
        for operation in item.operations:
            response, spoilt = self._carry_out(operation, references)
            if response.status >= HTTPStatus.BAD_REQUEST:
                raise _ChangeSetFailed(_part(response, None))
            spoilt_part = spoilt_part or (_part(spoilt, None) if spoilt else None)
            parts.append(_part(response, operation.content_id))
            address = response.headers.get("location") or response.headers.get("odata-entityid")
            if operation.content_id and address:
                references[operation.content_id] = address
        return spoilt_part or ChangeSetResponse(tuple(parts))

    def _carry_out(self, operation: Operation, references: References) -> tuple[Response, Response | None]:
        """The operation's answer, and the one a fault plan sends in its place though it was carried out."""
        started = time.perf_counter()
        inner = _inner_request(self._request, operation, next(self._number), references)
        entity_set = entity_set_of(inner.path)
        action = self._service.operation_fault(SYSTEM, inner, entity_set)
        planned = operation_response(action, SYSTEM)
        if action is None or action.when == "after" or planned is None:
            response = self._executed(inner, references)
        else:
            response, planned = planned, None
        milliseconds = (time.perf_counter() - started) * 1000
        self.entries.append(operation_entry(SYSTEM, inner, entity_set, (planned or response).status, milliseconds))
        return response, planned

    def _executed(self, inner: Request, references: References) -> Response:
        try:
            if len(inner.path) + len(inner.query) > MAXIMUM_URL:
                raise bad_query(f"The URL of an operation may have {MAXIMUM_URL} characters.")
            with self._service.store.transaction():
                return self._execute(inner, references)
        except SalesError as error:
            return error_answer(error)


def _items(service: Service, request: Request) -> list[Operation | ChangeSet]:
    try:
        items = parse_batch(request.body, request.headers.get("content-type", ""))
    except BatchError as error:
        raise bad_query(str(error)) from None
    number = sum(len(item.operations) if isinstance(item, ChangeSet) else 1 for item in items)
    limit = service.settings.sales.batch_operations
    if number > limit:
        raise bad_query(f"The batch holds {number} operations; at most {limit} are allowed.")
    return items


def _inner_request(request: Request, operation: Operation, number: int, references: References) -> Request:
    # clients leave blanks in the addresses of operations, which no request line could carry
    address = quote(_resolved(operation.url, references), safe=_SAFE_IN_URL)
    parts = urlsplit(address)
    path = parts.path if parts.path.startswith("/") else f"{SALES_ROOT}/{parts.path}"
    return replace(
        request,
        method=operation.method,
        path=path,
        query=parts.query,
        headers=operation.headers,
        body=operation.body,
        operation=number,
    )


def _resolved(url: str, references: References) -> str:
    """An address that begins with a Content-ID, led to the row created under it; any other as it is."""
    match = _REFERENCE.match(url)
    if match is None or match[1] in ("batch", "metadata"):
        return url
    return references[match[1]] + url[match.end() :] if match[1] in references else url


def _part(response: Response, content_id: str | None) -> PartResponse:
    return PartResponse(response.status, response.headers, response.body, content_id)


def _failed(part: PartResponse | ChangeSetResponse) -> int | None:
    """The status of a failed part, None if it went well."""
    parts = part.parts if isinstance(part, ChangeSetResponse) else (part,)
    return next((member.status for member in parts if member.status >= HTTPStatus.BAD_REQUEST), None)
