"""One ``$batch`` request: each operation sent as a change set with its members, each answer turned into a result."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from types import NoneType
from typing import TYPE_CHECKING

import msgspec
from requests.structures import CaseInsensitiveDict

from p2c.errors import AmbiguousError, NotTriedError, RequestRefusedError, ThrottledError
from p2c.systems.odata.classification import error_of
from p2c.systems.odata.decode import MalformedBodyError, decode_record
from p2c.systems.odata.matching import matched
from p2c.systems.odata.multipart import MultipartError, PartReply, PartRequest, parse, render
from p2c.systems.odata.operations import JsonValue, Operation, Result, ambiguous, refused
from p2c.systems.odata.response import Response
from p2c.systems.odata.writer import MOST_TRIES

if TYPE_CHECKING:
    from p2c.systems.odata.session import ODataSession

PartOf = Callable[[Operation, str], PartRequest]

_ENCODER = msgspec.json.Encoder(decimal_format="number")
#: Of these no value is inexact.
_EXACT = frozenset({str, int, bool, NoneType})


def json_body(values: Mapping[str, JsonValue]) -> bytes:
    """``values`` as JSON with decimals exact; raises RequestRefusedError naming a field that JSON cannot hold."""
    if not set(map(type, values.values())) <= _EXACT:
        _require_exact(values)
    try:
        return _ENCODER.encode(dict(values))
    except UnicodeEncodeError:
        name = next(name for name, value in values.items() if not _is_unicode({name: value}))
        raise RequestRefusedError(
            f"The value of {name} holds half a character (a lone surrogate); correct it."
        ) from None


def _require_exact(values: Mapping[str, JsonValue]) -> None:
    for name, value in values.items():
        if isinstance(value, (float, Decimal)) and not (isinstance(value, Decimal) and value.is_finite()):
            raise RequestRefusedError(f"The value {value!r} of {name} is no exact number.")


def _is_unicode(values: Mapping[str, JsonValue]) -> bool:
    try:
        _ENCODER.encode(values)
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class _ChangeSet:
    """An operation as it goes on the wire: a request for each of its members."""

    operation: Operation
    requests: tuple[PartRequest, ...]


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
        """A pause passes, and what stood behind a refusal is tried next; every other result stands."""
        if isinstance(result.error, NotTriedError):
            return True  # each try settles one operation at least
        return isinstance(result.error, ThrottledError) and tries < MOST_TRIES

    def send(self, operations: Sequence[Operation]) -> list[Result]:
        """Return one result for each operation, in order.

        Raises what makes the request as a whole fail without effect: ThrottledError, ConfigurationError,
        RequestRefusedError, or TransientError if nothing was sent. A lost answer is no error: its operations are
        ambiguous.
        """
        numbers = count(1)
        written = [self._change_set(operation, numbers) for operation in operations]
        sent = [each for each in written if isinstance(each, _ChangeSet)]
        results = iter(self._results(sent) if sent else [])
        return [next(results) if isinstance(each, _ChangeSet) else each for each in written]

    def _change_set(self, operation: Operation, numbers: Iterator[int]) -> _ChangeSet | Result:
        """The operation as requests, or its result where a member cannot be written as JSON."""
        requests = []
        for member in operation.members:
            try:
                requests.append(self._part_of(member, str(next(numbers))))
            except RequestRefusedError as error:
                return replace(refused(operation, error), about=member)
        return _ChangeSet(operation, tuple(requests))

    def _results(self, sent: Sequence[_ChangeSet]) -> list[Result]:
        try:
            response = self._posted([each.requests for each in sent])
            replies = parse(response.body, response.headers.get("Content-Type", ""))
        except AmbiguousError as error:
            return [ambiguous(each.operation, error) for each in sent]
        except MultipartError as error:
            lost = AmbiguousError(f"The answer to a batch cannot be read: {error}.", evidence=response.evidence())
            return [ambiguous(each.operation, lost) for each in sent]
        found = matched([request.content_id for each in sent for request in each.requests], replies)
        end = _end_of_the_tried(sent, found)
        results = [self._result_of(each, found, response) for each in sent[:end]]
        results += [_not_tried(each.operation, response) for each in sent[end:]]
        if pauses := [each.error.retry_after for each in results if isinstance(each.error, ThrottledError)]:
            self._session.pause(max(pauses))
        return results

    def _result_of(self, sent: _ChangeSet, found: Mapping[str, PartReply], outer: Response) -> Result:
        """One answer may stand for all: that to the member that was refused."""
        results = [
            self._result(member, request, found.get(request.content_id), outer)
            for member, request in zip(sent.operation.members, sent.requests, strict=True)
        ]
        answered = [
            result for result, request in zip(results, sent.requests, strict=True) if request.content_id in found
        ]
        failed = next((result for result in (*answered, *results) if result.outcome != "done"), None)
        if failed is None:
            return results[0]
        return replace(failed, operation=sent.operation, about=failed.operation)

    def _posted(self, change_sets: Sequence[Sequence[PartRequest]]) -> Response:
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
            body=render(change_sets, boundary),
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


def _end_of_the_tried(sent: Sequence[_ChangeSet], found: Mapping[str, PartReply]) -> int:
    """How many change sets the system came to: all, unless its answers end with a refusal and none is behind it.

    OData 4.0 Part 1, 11.7.2: so a batch ends where ``odata.continue-on-error`` is not honoured.
    """
    answers = [[found[part.content_id] for part in each.requests if part.content_id in found] for each in sent]
    end = next((number for number, given in enumerate(answers) if not given), len(sent))
    stopped = 0 < end < len(sent) and not any(answers[end:])
    return end if stopped and any(answer.status >= 400 for answer in answers[end - 1]) else len(sent)


def _not_tried(operation: Operation, outer: Response) -> Result:
    text = f"{operation}: the batch ended before it, at a row that was refused."
    return refused(operation, NotTriedError(text, evidence=outer.evidence()))


def _done(operation: Operation, answer: Response) -> Result:
    if operation.kind in ("update", "delete") or not answer.body.strip():
        return Result(operation=operation, outcome="done", request_id=answer.request_id)
    try:
        returned = decode_record(answer.body)
    except MalformedBodyError as error:
        return ambiguous(operation, AmbiguousError(f"{operation}: {error}", evidence=answer.evidence()))
    created = {200: False, 201: True}.get(answer.status) if operation.kind == "upsert" else None
    return Result(operation=operation, outcome="done", returned=returned, request_id=answer.request_id, created=created)
