from __future__ import annotations

from collections.abc import Sequence

import pytest

from p2c.systems.odata.multipart import MultipartError, PartReply, PartRequest, parse, render
from p2c_sandbox.multipart import ChangeSet, ChangeSetResponse, PartResponse, parse_batch, render_batch

URL = "https://contoso.com/data/CustomersV3?cross-company=true"
SENT = [
    PartRequest("POST", URL, {}, '{"Name":"Żółć"}'.encode(), "1"),
    PartRequest("PATCH", URL, {"If-Match": 'W/"1"'}, b'{"A":"--batch_x"}', "2"),
]
ANSWERED = [
    ChangeSetResponse((PartResponse(201, {"Content-Type": "application/json"}, '{"Name":"Żółć"}'.encode(), "1"),)),
    PartResponse(500, {"Content-Type": "application/json"}, b'{"error":{}}', "2"),
    ChangeSetResponse((PartResponse(204, {}, b"", "3"),)),
]


def read(responses: Sequence[PartResponse | ChangeSetResponse]) -> list[PartReply]:
    body, content_type = render_batch(responses)
    return parse(body, content_type)


def test_each_request_is_a_change_set_of_its_own() -> None:
    items = parse_batch(render([[each] for each in SENT], "batch_x"), "multipart/mixed; boundary=batch_x")
    assert [len(item.operations) for item in items if isinstance(item, ChangeSet)] == [1, 1]


def test_a_request_arrives_as_it_was_sent() -> None:
    items = parse_batch(render([[each] for each in SENT], "batch_x"), "multipart/mixed; boundary=batch_x")
    arrived = [item.operations[0] for item in items if isinstance(item, ChangeSet)]
    assert [(each.method, each.url, each.body, each.content_id) for each in arrived] == [
        (each.method, each.url, each.body, each.content_id) for each in SENT
    ]
    assert arrived[1].headers["if-match"] == 'W/"1"'


def test_answers_of_change_sets_and_of_failed_ones_are_read_in_order() -> None:
    assert [(reply.content_id, reply.status, reply.body) for reply in read(ANSWERED)] == [
        ("1", 201, '{"Name":"Żółć"}'.encode()),
        ("2", 500, b'{"error":{}}'),
        ("3", 204, b""),
    ]


def test_bare_line_feeds_are_accepted() -> None:
    body, content_type = render_batch(ANSWERED)
    assert [reply.status for reply in parse(body.replace(b"\r\n", b"\n"), content_type)] == [201, 500, 204]


def test_a_content_id_among_the_inner_headers_counts() -> None:
    assert read([PartResponse(500, {"Content-ID": "7"}, b"{}")])[0].content_id == "7"


def test_header_names_are_read_in_lower_case() -> None:
    assert read([PartResponse(200, {"X-Ms-Request-Id": "abc"}, b"{}")])[0].headers == {"x-ms-request-id": "abc"}


def test_a_reply_cut_anywhere_is_an_error_or_loses_nothing() -> None:
    body, content_type = render_batch(ANSWERED)
    whole = [reply.body for reply in parse(body, content_type)]
    for length in range(len(body)):
        try:
            replies = parse(body[:length], content_type)
        except MultipartError:
            continue
        assert [reply.body for reply in replies] == whole


@pytest.mark.parametrize("content_type", ["multipart/mixed", "application/json", "multipart/mixed; boundary=other", ""])
def test_a_reply_of_another_type_is_an_error(content_type: str) -> None:
    body, _ = render_batch(ANSWERED)
    with pytest.raises(MultipartError):
        parse(body, content_type)


def test_a_part_without_status_line_is_an_error() -> None:
    body = b"--b\r\nContent-Type: application/http\r\n\r\nhello\r\n\r\n--b--\r\n"
    with pytest.raises(MultipartError, match="status line"):
        parse(body, "multipart/mixed; boundary=b")


def test_requests_of_one_change_set_arrive_together_and_in_order() -> None:
    items = parse_batch(render([SENT, SENT[:1]], "batch_x"), "multipart/mixed; boundary=batch_x")
    arrived = [[each.content_id for each in item.operations] for item in items if isinstance(item, ChangeSet)]
    assert arrived == [["1", "2"], ["1"]]


def test_a_request_without_a_body_arrives_without_one() -> None:
    items = parse_batch(
        render([[PartRequest("DELETE", URL, {}, b"", "1")]], "batch_x"), "multipart/mixed; boundary=batch_x"
    )
    assert [(each.method, each.body) for item in items if isinstance(item, ChangeSet) for each in item.operations] == [
        ("DELETE", b"")
    ]
