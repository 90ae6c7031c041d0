"""Sales at `/api/data/v9.2`: which request is what. Source: Microsoft docs: Perform operations using the Web API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from p2c_metadata import EntityType
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.sales import bulk, tracking
from p2c_sandbox.sales.actions import action_named, function_named
from p2c_sandbox.sales.address import Segment, entity_of, row_reference, segments_of
from p2c_sandbox.sales.batch import answer_batch
from p2c_sandbox.sales.call import SYSTEM, Call
from p2c_sandbox.sales.entity_definitions import ROOT, answer_definitions
from p2c_sandbox.sales.errors import SalesError, bad_query, no_such_resource, throttled, wrong_method
from p2c_sandbox.sales.reading import count_rows, list_rows, read_member, read_row
from p2c_sandbox.sales.responses import error_answer, json_answer
from p2c_sandbox.sales.row_requests import create_row, delete_row, set_member, upsert_row
from p2c_sandbox.service import Service
from p2c_sandbox.service_protection import LimitReached


def answer(service: Service, request: Request) -> Response:
    """Answer one request, a batch whole; every refusal has Dataverse's error body."""
    identifier = str(uuid4())
    headers = {
        "odata-version": "4.0",
        "x-ms-service-request-id": identifier,
        "req_id": identifier,
        "x-ms-dop-hint": str(service.settings.sales.degree_of_parallelism),
    }
    try:
        with service.protection.admitted(service.settings.sales) as remaining:
            response = _refused_or_answered(service, request)
        headers |= remaining
    except LimitReached as limit:
        response = error_answer(throttled(limit.code, str(limit), limit.retry_after))
    return Response(response.status, response.body, {**headers, **response.headers})


def _refused_or_answered(service: Service, request: Request) -> Response:
    try:
        return _answer(service, request)
    except SalesError as error:
        return error_answer(error)


def _answer(service: Service, request: Request) -> Response:
    segments = _segments(request)
    if [segment.name for segment in segments] == ["$batch"]:
        if request.method != "POST":
            raise wrong_method(request.method)
        return answer_batch(service, request, lambda inner, references: execute(service, inner, references))
    if request.method == "GET":
        with service.store.read():
            return execute(service, request, {})
    with service.store.transaction():
        return execute(service, request, {})


def execute(service: Service, request: Request, references: Mapping[str, str]) -> Response:
    """Carry out one request or operation within the transaction that is open. SalesError if it is refused."""
    try:
        with service.store.read() as transaction:
            return _dispatch(Call(service, transaction, request, references), _segments(request))
    except (ValueError, OverflowError) as error:
        raise bad_query(str(error)) from None


def _segments(request: Request) -> tuple[Segment, ...]:
    try:
        return segments_of(request.path)
    except ValueError as error:
        raise bad_query(str(error)) from None


def _dispatch(call: Call, segments: Sequence[Segment]) -> Response:
    if not segments:
        return _service_document(call)
    first = segments[0]
    if first.name in ("$metadata", ROOT):
        return _metadata(call, segments)
    unbound = _unbound(call, segments)
    if unbound is not None:
        return unbound
    if first.name.startswith("$"):
        raise bad_query(f"Content-ID Reference: '{first.name[:20]}' does not exist in the batch context.")
    entity = entity_of(first.name, call.model)
    call.check_allowed(entity)
    return _set_request(call, entity, segments) if first.key is None else _row_request(call, segments)


def _unbound(call: Call, segments: Sequence[Segment]) -> Response | None:
    """The answer of a function or action of that name, None if there is none."""
    (first, *rest), get = segments, call.request.method == "GET"
    called = function_named(first.name) if get else None
    acted = action_named(first.name) if call.request.method == "POST" else None
    if rest or (called is None and acted is None):
        return None
    return called(call, first) if called else acted(call) if acted else None


def _metadata(call: Call, segments: Sequence[Segment]) -> Response:
    if segments[0].name == ROOT:
        return answer_definitions(call, segments)
    if call.request.method != "GET" or len(segments) > 1:
        raise wrong_method(call.request.method)
    return Response(200, call.service.schema.document(SYSTEM), {"content-type": "application/xml"})


def _set_request(call: Call, entity: EntityType, segments: Sequence[Segment]) -> Response:
    """A request to `accounts`, `accounts/$count` or an action bound to the set."""
    method, rest = call.request.method, segments[1:]
    if len(rest) > 1 or (rest and rest[0].key is not None):
        raise no_such_resource(rest[-1].name)
    if rest:
        return _bound_request(call, entity, rest[0].name)
    if method == "GET":
        return _list(call, entity)
    if method == "POST":
        return create_row(call, entity)
    raise wrong_method(method)


def _bound_request(call: Call, entity: EntityType, name: str) -> Response:
    if name == "$count" and call.request.method == "GET":
        counted = "$deltatoken" in call.parameters
        return tracking.count_changes(call, entity) if counted else count_rows(call, entity)
    if call.request.method == "POST":
        return bulk.carry_out(call, entity, name)
    raise no_such_resource(name)


def _list(call: Call, entity: EntityType) -> Response:
    if not tracking.is_tracked(call):
        return list_rows(call, entity)
    tracking.check_tracked(call, entity)
    if "$deltatoken" in call.parameters:
        return tracking.list_changes(call, entity)
    return list_rows(call, entity, tracking.delta_link(call, entity))


def _row_request(call: Call, segments: Sequence[Segment]) -> Response:
    """A request to `accounts(...)` or a member of it."""
    method, reference = call.request.method, row_reference(segments[0], call.model)
    if len(segments) > 1:
        names = [segment.name for segment in segments[1:]]
        if method == "GET" and len(names) == 1:
            return read_member(call, reference, names[0])
        return set_member(call, reference, names)
    if method == "GET":
        return read_row(call, reference)
    if method == "PATCH":
        return upsert_row(call, reference)
    if method == "DELETE":
        return delete_row(call, reference)
    raise wrong_method(method)


def _service_document(call: Call) -> Response:
    if call.request.method != "GET":
        raise wrong_method(call.request.method)
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in sorted(call.model.entity_sets)]
    return json_answer(200, {"@odata.context": f"{call.root}$metadata", "value": sets})
