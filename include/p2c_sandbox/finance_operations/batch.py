"""F&O `$batch`: independent operations, and change sets that land whole or not at all.

The outer status is 200 whatever happened inside; one part stands for a failed change set, as recorded from live
systems: status 500 and the Content-ID of the operation that failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from urllib.parse import urlsplit

from p2c_sandbox.addresses import FINANCE_OPERATIONS_ROOT, entity_set_of
from p2c_sandbox.fault_responses import operation_response
from p2c_sandbox.finance_operations.errors import WRITE_EXCEPTION, FinanceOperationsError, bad_request
from p2c_sandbox.finance_operations.rows import SYSTEM
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
from p2c_sandbox.service import Service

Execute = Callable[[Request], Response]


class _ChangeSetFailed(Exception):
    """Undoes a change set; carries the part that stands for it."""

    def __init__(self, part: PartResponse) -> None:
        self.part = part


def answer_batch(service: Service, request: Request, execute: Execute) -> Response:
    """Answer a batch; `execute` carries out one operation and raises FinanceOperationsError."""
    items = _items(service, request)
    keep_on = "odata.continue-on-error" in request.headers.get("prefer", "").lower()
    batch = _Batch(service, request, execute)
    parts: list[PartResponse | ChangeSetResponse] = []
    for item in items:
        parts.append(batch.answer(item))
        if _failed(parts[-1]) and not keep_on:
            break
    service.journal.record_request(*batch.entries)
    body, content_type = render_batch(parts)
    return Response(HTTPStatus.OK, body, {"content-type": content_type, "odata-version": "4.0"})


class _Batch:
    """Carries out the operations of one batch; `entries` gathers them for the journal, failed ones too."""

    def __init__(self, service: Service, request: Request, execute: Execute) -> None:
        self._service, self._request, self._execute = service, request, execute
        self._number = count()
        self.entries: list[RequestEntry] = []

    def answer(self, item: Operation | ChangeSet) -> PartResponse | ChangeSetResponse:
        if isinstance(item, Operation):
            response, spoilt = self._carry_out(item, in_change_set=False)
            return _part(spoilt or response, item)
        spoilt_parts: list[PartResponse] = []
        try:
            with self._service.store.transaction():
                parts = [self._member(operation, spoilt_parts) for operation in item.operations]
        except _ChangeSetFailed as failure:
            return ChangeSetResponse((failure.part,))
        return ChangeSetResponse(tuple(spoilt_parts[:1] or parts))

    def _member(self, operation: Operation, spoilt_parts: list[PartResponse]) -> PartResponse:
        response, spoilt = self._carry_out(operation, in_change_set=True)
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise _ChangeSetFailed(_part(response, operation))
        if spoilt is not None:
            spoilt_parts.append(_part(spoilt, operation))
        return _part(response, operation)

    def _carry_out(self, operation: Operation, *, in_change_set: bool) -> tuple[Response, Response | None]:
        """The operation's answer, and the one a fault plan sends in its place though it was carried out."""
        started = time.perf_counter()
        inner = _inner_request(self._request, operation, next(self._number))
        entity_set = entity_set_of(inner.path)
        action = self._service.operation_fault(SYSTEM, inner, entity_set)
        planned = operation_response(action, SYSTEM)
        if action is None or action.when == "after" or planned is None:
            response = self._executed(inner, in_change_set=in_change_set)
        else:
            response, planned = planned, None
        milliseconds = (time.perf_counter() - started) * 1000
        self.entries.append(operation_entry(SYSTEM, inner, entity_set, (planned or response).status, milliseconds))
        return response, planned

    def _executed(self, inner: Request, *, in_change_set: bool) -> Response:
        try:
            with self._service.store.transaction():
                return self._execute(inner)
        except FinanceOperationsError as error:
            write_failed = error.exception_type == WRITE_EXCEPTION
            return error.response(HTTPStatus.INTERNAL_SERVER_ERROR if in_change_set and write_failed else None)


def _items(service: Service, request: Request) -> list[Operation | ChangeSet]:
    try:
        items = parse_batch(request.body, request.headers.get("content-type", ""))
    except BatchError as error:
        raise bad_request(str(error)) from None
    number = sum(len(item.operations) if isinstance(item, ChangeSet) else 1 for item in items)
    limit = service.settings.finance_operations.batch_operations
    if number > limit:
        raise bad_request(f"The batch holds {number} operations; at most {limit} are allowed.")
    return items


def _inner_request(request: Request, operation: Operation, number: int) -> Request:
    parts = urlsplit(operation.url)
    path = parts.path if parts.path.startswith("/") else f"{FINANCE_OPERATIONS_ROOT}/{parts.path}"
    return replace(
        request,
        method=operation.method,
        path=path,
        query=parts.query,
        headers=operation.headers,
        body=operation.body,
        operation=number,
    )


def _part(response: Response, operation: Operation) -> PartResponse:
    return PartResponse(response.status, response.headers, response.body, operation.content_id)


def _failed(part: PartResponse | ChangeSetResponse) -> bool:
    parts = part.parts if isinstance(part, ChangeSetResponse) else (part,)
    return any(member.status >= HTTPStatus.BAD_REQUEST for member in parts)
