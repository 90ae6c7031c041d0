"""F&O `$batch`: independent operations, and change sets that land whole or not at all.

The outer status is 200 whatever happened inside; one part stands for a failed change set, as recorded from live
systems: status 500 and the Content-ID of the operation that failed.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from p2c_sandbox.addresses import FINANCE_OPERATIONS_ROOT
from p2c_sandbox.batches import BatchRun, ChangeSetFailed, Outcome, failed_status, part_of, read_items
from p2c_sandbox.finance_operations.errors import WRITE_EXCEPTION, FinanceOperationsError, bad_request
from p2c_sandbox.finance_operations.rows import SYSTEM
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.multipart import BatchError, ChangeSet, ChangeSetResponse, Operation, PartResponse, render_batch
from p2c_sandbox.service import Service

Execute = Callable[[Request], Response]


def answer_batch(service: Service, request: Request, execute: Execute) -> Response:
    """Answer a batch; `execute` carries out one operation and raises FinanceOperationsError."""
    try:
        settings = service.settings.finance_operations
        items = read_items(request, settings.batch_operations)
    except BatchError as error:
        raise bad_request(str(error)) from None
    asked = "odata.continue-on-error" in request.headers.get("prefer", "").lower()
    keep_on = asked and settings.continues_on_error
    batch = _Batch(BatchRun(service, SYSTEM, request), execute)
    parts: list[PartResponse | ChangeSetResponse] = []
    for item in items:
        parts.append(batch.answer(item))
        if failed_status(parts[-1]) and not keep_on:
            break
    batch.run.journal()
    body, content_type = render_batch(parts)
    return Response(HTTPStatus.OK, body, {"content-type": content_type, "odata-version": "4.0"})


class _Batch:
    """Answers the items of one batch."""

    def __init__(self, run: BatchRun, execute: Execute) -> None:
        self.run, self._execute = run, execute

    def answer(self, item: Operation | ChangeSet) -> PartResponse | ChangeSetResponse:
        if isinstance(item, Operation):
            response, spoilt = self._carry_out(item, in_change_set=False)
            return part_of(spoilt or response, item.content_id)
        spoilt_parts: list[PartResponse] = []
        try:
            with self.run.service.store.transaction():
                parts = [self._member(operation, spoilt_parts) for operation in item.operations]
        except ChangeSetFailed as failure:
            return ChangeSetResponse((failure.part,))
        return ChangeSetResponse(tuple(spoilt_parts[:1] or parts))

    def _member(self, operation: Operation, spoilt_parts: list[PartResponse]) -> PartResponse:
        response, spoilt = self._carry_out(operation, in_change_set=True)
        part = part_of(response, operation.content_id)
        if failed_status(part):
            raise ChangeSetFailed(part)
        if spoilt is not None:
            spoilt_parts.append(part_of(spoilt, operation.content_id))
        return part

    def _carry_out(self, operation: Operation, *, in_change_set: bool) -> Outcome:
        inner = self.run.request_of(operation, operation.url, FINANCE_OPERATIONS_ROOT)
        return self.run.carry_out(inner, lambda request: self._executed(request, in_change_set=in_change_set))

    def _executed(self, inner: Request, *, in_change_set: bool) -> Response:
        try:
            with self.run.service.store.transaction():
                return self._execute(inner)
        except FinanceOperationsError as error:
            write_failed = error.exception_type == WRITE_EXCEPTION
            return error.response(HTTPStatus.INTERNAL_SERVER_ERROR if in_change_set and write_failed else None)
