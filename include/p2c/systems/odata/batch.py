"""One ``$batch`` request: operations sent as change sets of their own, each answer turned into a result."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from requests.structures import CaseInsensitiveDict

from p2c.errors import AmbiguousError, RequestRefusedError
from p2c.systems.odata.classification import error_of
from p2c.systems.odata.decode import MalformedBodyError, decode_record
from p2c.systems.odata.matching import matched
from p2c.systems.odata.multipart import MultipartError, PartReply, PartRequest, parse, render
from p2c.systems.odata.operations import JsonValue, Operation, Result, ambiguous, refused
from p2c.systems.odata.response import Response

if TYPE_CHECKING:
    from p2c.systems.odata.session import ODataSession

PartOf = Callable[[Operation, str], PartRequest]

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def json_body(values: Mapping[str, JsonValue]) -> bytes:
    """``values`` as JSON with decimals exact; raises RequestRefusedError naming a field that JSON cannot hold."""
    for name, value in values.items():
        if isinstance(value, float) or (isinstance(value, Decimal) and not value.is_finite()):
            raise RequestRefusedError(f"The value {value!r} of {name} is no exact number.")
        if isinstance(value, str) and not _is_unicode(value):
            raise RequestRefusedError(f"The value of {name} holds half a character (a lone surrogate); correct it.")
    return _ENCODER.encode(dict(values))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Batch:
    """Sends operations in one request to ``session``; ``part_of`` says how an operation is written on the wire."""

    def __init__(self, session: ODataSession, part_of: PartOf) -> None:
        self._session = session
        self._part_of = part_of

    def group(self, operation: Operation) -> str:
        """All operations may share a batch."""
        del operation
        return ""

    def again(self, result: Result, tries: int) -> bool:
        """Every result stands."""
        del result, tries
        return False

    def send(self, operations: Sequence[Operation]) -> list[Result]:
        """Return one result for each operation, in order.

        Raises what makes the request as a whole fail without effect: ThrottledError, ConfigurationError,
        RequestRefusedError, or TransientError if nothing was sent. A lost answer is no error: its operations are
        ambiguous.
        """
        parts, unfit = self._parts(operations)
        results = self._results(parts) if parts else {}
        results.update(unfit)
        return [results[index] for index in range(len(operations))]

    def _parts(
        self, operations: Sequence[Operation]
    ) -> tuple[dict[int, tuple[Operation, PartRequest]], dict[int, Result]]:
        """The operations as parts, and the results of those that cannot be written as JSON, by position."""
        parts: dict[int, tuple[Operation, PartRequest]] = {}
        unfit: dict[int, Result] = {}
        for index, operation in enumerate(operations):
            try:
                parts[index] = (operation, self._part_of(operation, str(index + 1)))
            except RequestRefusedError as error:
                unfit[index] = refused(operation, error)
        return parts, unfit

    def _results(self, parts: Mapping[int, tuple[Operation, PartRequest]]) -> dict[int, Result]:
        try:
            response = self._posted([part for _, part in parts.values()])
            replies = parse(response.body, response.headers.get("Content-Type", ""))
        except AmbiguousError as error:
            return {index: ambiguous(operation, error) for index, (operation, _) in parts.items()}
        except MultipartError as error:
            lost = AmbiguousError(f"The answer to a batch cannot be read: {error}.", evidence=response.evidence())
            return {index: ambiguous(operation, lost) for index, (operation, _) in parts.items()}
        found = matched([part.content_id for _, part in parts.values()], replies)
        return {
            index: self._result(operation, part, found.get(part.content_id), response)
            for index, (operation, part) in parts.items()
        }

    def _posted(self, parts: Sequence[PartRequest]) -> Response:
        boundary = f"batch_{uuid.uuid4()}"
        headers = {
            "Content-Type": f"multipart/mixed; boundary={boundary}",
            "Accept": "multipart/mixed, application/json",
            "Prefer": "odata.continue-on-error",
        }
        return self._session.request(
            "POST",
            "$batch",
            headers=headers,
            body=render(parts, boundary),
            repeatable=False,
            outlast_throttling=False,
        )

    def _result(self, operation: Operation, part: PartRequest, reply: PartReply | None, outer: Response) -> Result:
        if reply is None:
            missing = AmbiguousError(
                f"{operation}: the answer to the batch holds none to this.", evidence=outer.evidence()
            )
            return ambiguous(operation, missing)
        answer = Response(
            part.method,
            part.url,
            reply.status,
            CaseInsensitiveDict({**outer.headers, "Retry-After": "", **reply.headers}),
            reply.body,
            outer.sent_request_id,
        )
        error = error_of(answer, entity_set=operation.entity_set, repeatable=False, patterns=self._session.patterns)
        if error is None:
            return _done(operation, answer)
        return ambiguous(operation, error) if isinstance(error, AmbiguousError) else refused(operation, error)


def _done(operation: Operation, answer: Response) -> Result:
    if operation.kind == "update" or not answer.body.strip():
        return Result(operation=operation, outcome="done", request_id=answer.request_id)
    try:
        returned = decode_record(answer.body)
    except MalformedBodyError as error:
        return ambiguous(operation, AmbiguousError(f"{operation}: {error}", evidence=answer.evidence()))
    created = {200: False, 201: True}.get(answer.status) if operation.kind == "upsert" else None
    return Result(operation=operation, outcome="done", returned=returned, request_id=answer.request_id, created=created)
