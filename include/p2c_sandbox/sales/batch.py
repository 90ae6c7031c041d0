"""`$batch`: operations one after the other, change sets whole or not at all.

Source: Microsoft docs: Execute batch operations using the Web API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from p2c_sandbox.addresses import SALES_ROOT
from p2c_sandbox.batches import BatchRun, ChangeSetFailed, Outcome, failed_status, part_of, read_items
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.multipart import BatchError, ChangeSet, ChangeSetResponse, Operation, PartResponse, render_batch
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


def answer_batch(service: Service, request: Request, execute: Execute) -> Response:
    """Answer a batch. Without `odata.continue-on-error` it ends at the first failure, whose status is the answer's."""
    try:
        items = read_items(request, service.settings.sales.batch_operations)
    except BatchError as error:
        raise bad_query(str(error)) from None
    keep_on = parse_preferences(request.headers.get("prefer", "")).continue_on_error
    batch = _Batch(BatchRun(service, SYSTEM, request), execute)
    parts: list[PartResponse | ChangeSetResponse] = []
    status: int = HTTPStatus.OK
    for item in items:
        parts.append(batch.answer(item))
        if (failed := failed_status(parts[-1])) and not keep_on:
            status = failed
            break
    batch.run.journal()
    body, content_type = render_batch(parts)
    return Response(status, body, {"content-type": content_type})


class _Batch:
    """Answers the items of one batch."""

    def __init__(self, run: BatchRun, execute: Execute) -> None:
        self.run, self._execute = run, execute

    def answer(self, item: Operation | ChangeSet) -> PartResponse | ChangeSetResponse:
        if isinstance(item, Operation):
            response, spoilt = self._carry_out(item, {})
            return part_of(spoilt or response, None)
        try:
            with self.run.service.store.transaction():
                return self._change_set(item)
        except ChangeSetFailed as failure:
            return failure.part

    def _change_set(self, item: ChangeSet) -> PartResponse | ChangeSetResponse:
        references: dict[str, str] = {}
        parts: list[PartResponse] = []
        spoilt_part = None
        for operation in item.operations:
            response, spoilt = self._carry_out(operation, references)
            if response.status >= HTTPStatus.BAD_REQUEST:
                raise ChangeSetFailed(part_of(response, None))
            spoilt_part = spoilt_part or (part_of(spoilt, None) if spoilt else None)
            parts.append(part_of(response, operation.content_id))
            address = response.headers.get("location") or response.headers.get("odata-entityid")
            if operation.content_id and address:
                references[operation.content_id] = address
        return spoilt_part or ChangeSetResponse(tuple(parts))

    def _carry_out(self, operation: Operation, references: References) -> Outcome:
        # clients leave blanks in the addresses of operations, which no request line could carry
        url = quote(_resolved(operation.url, references), safe=_SAFE_IN_URL)
        inner = self.run.request_of(operation, url, SALES_ROOT)
        return self.run.carry_out(inner, lambda request: self._executed(request, references))

    def _executed(self, inner: Request, references: References) -> Response:
        try:
            if len(inner.path) + len(inner.query) > MAXIMUM_URL:
                raise bad_query(f"The URL of an operation may have {MAXIMUM_URL} characters.")
            with self.run.service.store.transaction():
                return self._execute(inner, references)
        except SalesError as error:
            return error_answer(error)


def _resolved(url: str, references: References) -> str:
    """An address that begins with a Content-ID, led to the row created under it; any other as it is."""
    match = _REFERENCE.match(url)
    if match is None or match[1] in ("batch", "metadata"):
        return url
    return references[match[1]] + url[match.end() :] if match[1] in references else url
