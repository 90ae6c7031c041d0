from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from fixtures.batch_replies import Part, all_landed, answering, landed, operations_of, refused, reply
from fixtures.scripted_server import Answer, ScriptedServer, Seen

from p2c.errors import (
    AmbiguousError,
    ConfigurationError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
    RequestRefusedError,
    ThrottledError,
    TransientError,
)
from p2c.systems.odata.batch import Batch, json_body
from p2c.systems.odata.multipart import PartRequest
from p2c.systems.odata.operations import JsonValue, Operation, Result
from p2c.systems.odata.session import ODataSession
from p2c_sandbox.multipart import ChangeSet, ChangeSetResponse, PartResponse, parse_batch
from p2c_sandbox.multipart import Operation as SentOperation

INFOLOG = (
    "Write failed for table row of type 'X'. Infolog: Warning: Blocked.; Warning: validateField failed on field 'A'."
)


@pytest.fixture
def batch(server: ScriptedServer, session: ODataSession) -> Batch:
    def part_of(operation: Operation, content_id: str) -> PartRequest:
        create = operation.kind == "create"
        path = "X" if create else f"X(A='{operation.key['A']}')"
        headers = {"If-Match": operation.etag} if operation.etag else {}
        url = f"{server.origin}/data/{path}"
        return PartRequest("POST" if create else "PATCH", url, headers, json_body(operation.values), content_id)

    server.otherwise = all_landed
    return Batch(session, part_of)


def create(number: int, **values: JsonValue) -> Operation:
    return Operation(
        kind="create",
        entity_set="X",
        company="",
        key={"A": str(number)},
        values={"A": str(number), **values},
        reference=number,
    )


def update(number: int, **values: JsonValue) -> Operation:
    return replace(create(number, **values), kind="update")


def outcomes(results: list[Result]) -> list[tuple[int, str]]:
    return [(result.operation.reference, result.outcome) for result in results]


def test_creates_and_updates_are_done(batch: Batch) -> None:
    results = batch.send([create(7, Name="ü"), update(8)])
    assert outcomes(results) == [(7, "done"), (8, "done")]
    assert results[0].returned == {"A": "7", "Name": "ü"}


def test_one_request_carries_all(server: ScriptedServer, batch: Batch) -> None:
    batch.send([create(number) for number in range(5)])
    assert len(server.seen) == 1
    assert server.seen[0].headers["Prefer"] == "odata.continue-on-error"


def test_decimals_are_written_exactly(server: ScriptedServer, batch: Batch) -> None:
    batch.send([create(1, Price=Decimal("100.10"), Count=3, Active=True, Note=None)])
    assert operations_of(server.seen[0])[0].body == b'{"A":"1","Price":100.10,"Count":3,"Active":true,"Note":null}'


def test_an_etag_guards_an_update(server: ScriptedServer, batch: Batch) -> None:
    batch.send([replace(update(1), etag='W/"5"')])
    assert operations_of(server.seen[0])[0].headers["if-match"] == 'W/"5"'


def test_one_refused_row_costs_only_itself(server: ScriptedServer, batch: Batch) -> None:
    server.otherwise = answering(lambda sent: refused(sent, INFOLOG) if sent.content_id == "2" else landed(sent))
    results = batch.send([create(1), create(2), create(3)])
    assert outcomes(results) == [(1, "done"), (2, "refused"), (3, "done")]
    assert type(results[1].error) is RequestRefusedError
    assert results[1].error.message == "Blocked."


@pytest.mark.parametrize(
    ("status", "message", "exception", "kind"),
    [
        (500, "Infolog: Error: The record already exists.", "AxODataWriteException", RecordExistsError),
        (404, "No record.", "", RecordNotFoundError),
        (412, "The record was changed.", "", PreconditionFailedError),
        (400, "A field is wrong.", "", RequestRefusedError),
        (500, "An update conflict occurred due to another user.", "AxODataWriteException", TransientError),
    ],
)
def test_a_refusal_says_why(
    server: ScriptedServer, batch: Batch, status: int, message: str, exception: str, kind: type[Exception]
) -> None:
    server.otherwise = answering(lambda sent: refused(sent, message, status, exception))
    result = batch.send([update(1)])[0]
    assert (result.outcome, type(result.error)) == ("refused", kind)


def test_a_server_fault_inside_the_reply_is_ambiguous(server: ScriptedServer, batch: Batch) -> None:
    server.otherwise = answering(lambda sent: refused(sent, "Time-out.", 503, ""))
    assert outcomes(batch.send([create(1)])) == [(1, "ambiguous")]


def test_answers_out_of_order_find_their_operations(server: ScriptedServer, batch: Batch) -> None:
    def reversed_reply(seen: Seen) -> Answer:
        parts = [refused(sent, INFOLOG) if sent.content_id == "1" else landed(sent) for sent in operations_of(seen)]
        return reply(parts[::-1])

    server.otherwise = reversed_reply
    assert outcomes(batch.send([create(1), create(2), create(3)])) == [(1, "refused"), (2, "done"), (3, "done")]


def test_a_missing_answer_is_ambiguous(server: ScriptedServer, batch: Batch) -> None:
    server.otherwise = lambda seen: reply([landed(sent) for sent in operations_of(seen)[:1]])
    results = batch.send([create(1), create(2)])
    assert outcomes(results) == [(1, "done"), (2, "ambiguous")]
    assert type(results[1].error) is AmbiguousError


def test_what_stands_behind_a_refusal_that_ends_the_reply_is_sent_again(server: ScriptedServer, batch: Batch) -> None:
    def ended(seen: Seen) -> Answer:
        first, second, *_ = operations_of(seen)
        return reply([landed(first), refused(second, INFOLOG)])

    server.otherwise = ended
    results = batch.send([create(1), create(2), create(3), create(4)])
    assert outcomes(results) == [(1, "done"), (2, "refused"), (3, "refused"), (4, "refused")]
    assert [batch.again(result, 1) for result in results] == [False, False, True, True]


def test_a_body_that_cannot_be_read_is_ambiguous(server: ScriptedServer, batch: Batch) -> None:
    def half(sent: SentOperation) -> ChangeSetResponse:
        return ChangeSetResponse((PartResponse(201, {}, b'{"A":', sent.content_id),))

    server.otherwise = answering(half)
    assert outcomes(batch.send([create(1)])) == [(1, "ambiguous")]


@pytest.mark.parametrize(
    "lost",
    [
        Answer(reset=True),
        Answer(504),
        Answer(500),
        Answer(body=b"--b\r\nContent-Type: application/http", headers={"Content-Type": "multipart/mixed; boundary=b"}),
        Answer(body=b"--b--", cut_at=2, headers={"Content-Type": "multipart/mixed; boundary=b"}),
        Answer(body=b"{}"),
    ],
)
def test_a_lost_reply_leaves_every_operation_ambiguous(server: ScriptedServer, batch: Batch, lost: Answer) -> None:
    server.otherwise = lost
    assert outcomes(batch.send([create(1), update(2)])) == [(1, "ambiguous"), (2, "ambiguous")]
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(429, headers={"Retry-After": "5"}), ThrottledError),
        (Answer(413), RequestRefusedError),
        (Answer(400), RequestRefusedError),
        (Answer(403), ConfigurationError),
        (Answer(404), ConfigurationError),
    ],
)
def test_what_makes_the_whole_request_fail_is_raised(
    server: ScriptedServer, batch: Batch, answer: Answer, kind: type[Exception]
) -> None:
    server.otherwise = answer
    with pytest.raises(kind):
        batch.send([create(1), create(2)])
    assert len(server.seen) == 1


@pytest.mark.parametrize("value", ["\ud800", Decimal("NaN"), Decimal("Infinity")])
def test_a_value_json_cannot_hold_is_refused_without_a_request(
    server: ScriptedServer, batch: Batch, value: JsonValue
) -> None:
    results = batch.send([create(1, Name=value)])
    assert outcomes(results) == [(1, "refused")]
    assert "Name" in str(results[0].error)
    assert server.seen == []


def test_such_a_value_does_not_hold_up_the_others(batch: Batch) -> None:
    assert outcomes(batch.send([create(1, Name="\ud800"), create(2)])) == [(1, "refused"), (2, "done")]


def with_lines(header: Operation, *lines: Operation) -> Operation:
    return replace(header, also=tuple(replace(line, line=line.key["A"]) for line in lines))


def answered_together(answer: Callable[[list[SentOperation]], Part]) -> Callable[[Seen], Answer]:
    """Answer each change set by `answer`."""

    def respond(seen: Seen) -> Answer:
        items = parse_batch(seen.body, seen.headers["Content-Type"])
        return reply([answer(list(item.operations)) for item in items if isinstance(item, ChangeSet)])

    return respond


def test_what_happens_together_has_one_result_with_the_header_as_it_was_created(
    server: ScriptedServer, batch: Batch
) -> None:
    def whole(sent: list[SentOperation]) -> Part:
        return ChangeSetResponse(tuple(part for each in sent for part in landed(each).parts))  # type: ignore[union-attr]

    server.otherwise = answered_together(whole)
    results = batch.send([with_lines(create(1, Name="x"), create(2), replace(update(3), kind="delete")), update(4)])
    assert outcomes(results) == [(1, "done"), (4, "done")]
    assert results[0].returned == {"A": "1", "Name": "x"}


def test_a_refused_member_refuses_all_and_is_named(server: ScriptedServer, batch: Batch) -> None:
    server.otherwise = answered_together(lambda sent: refused(sent[-1], INFOLOG))
    results = batch.send([with_lines(create(1), create(2), create(3))])
    assert outcomes(results) == [(1, "refused")]
    assert (results[0].line, str(results[0].error.message if results[0].error else "")) == ("3", "Blocked.")


def test_a_member_that_json_cannot_hold_refuses_all_and_is_named(server: ScriptedServer, batch: Batch) -> None:
    results = batch.send([with_lines(create(1), create(2, Name="\ud800")), create(3)])
    assert outcomes(results) == [(1, "refused"), (3, "done")]
    assert results[0].line == "2"
    assert len(operations_of(server.seen[0])) == 1


def test_a_change_set_of_which_one_answer_is_missing_is_ambiguous(server: ScriptedServer, batch: Batch) -> None:
    server.otherwise = answered_together(lambda sent: landed(sent[0]))
    assert outcomes(batch.send([with_lines(create(1), create(2))])) == [(1, "ambiguous")]


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_a_number_that_is_not_exact_is_never_sent(value: JsonValue) -> None:
    with pytest.raises(RequestRefusedError, match="of Amount is no exact number"):
        json_body({"Name": "a", "Amount": value})


def test_half_a_character_is_refused_by_its_field() -> None:
    with pytest.raises(RequestRefusedError, match="of Note holds half a character"):
        json_body({"Name": "a 😀", "Amount": Decimal(1), "Note": "a\ud83d"})


def test_a_decimal_is_sent_digit_by_digit() -> None:
    assert json_body({"Amount": Decimal("12345678901234567890.10")}) == b'{"Amount":12345678901234567890.10}'
