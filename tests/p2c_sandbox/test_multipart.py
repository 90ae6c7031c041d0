from __future__ import annotations

import pytest

from p2c_sandbox.multipart import (
    BatchError,
    ChangeSet,
    ChangeSetResponse,
    Operation,
    PartResponse,
    parse_batch,
    render_batch,
)

CONTENT_TYPE = 'multipart/mixed; boundary="batch_1"'
PART = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"


def create(url: str, body: str, content_id: str | None = None) -> str:
    identifier = f"Content-ID: {content_id}\r\n" if content_id else ""
    return f"{PART}{identifier}\r\nPOST {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}\r\n"


def batch(*parts: str) -> bytes:
    return ("".join(f"--batch_1\r\n{part}" for part in parts) + "--batch_1--\r\n").encode()


def change_set(*parts: str) -> str:
    inner = "".join(f"--set_1\r\n{part}" for part in parts)
    return f"Content-Type: multipart/mixed; boundary=set_1\r\n\r\n{inner}--set_1--\r\n"


def test_an_operation_has_its_method_url_headers_and_body() -> None:
    (operation,) = parse_batch(batch(create("/api/data/v9.2/accounts", '{"name":"Čili"}')), CONTENT_TYPE)
    assert operation == Operation(
        "POST", "/api/data/v9.2/accounts", {"content-type": "application/json"}, '{"name":"Čili"}'.encode()
    )


def test_a_get_without_headers_or_body_is_read() -> None:
    (operation,) = parse_batch(batch(f"{PART}\r\nGET accounts?$top=1 HTTP/1.1\r\n\r\n"), CONTENT_TYPE)
    assert isinstance(operation, Operation)
    assert (operation.method, operation.url, operation.body) == ("GET", "accounts?$top=1", b"")


def test_blanks_in_an_address_are_kept() -> None:
    (operation,) = parse_batch(batch(f"{PART}\r\nGET accounts?$filter=name eq 'a b' HTTP/1.1\r\n\r\n"), CONTENT_TYPE)
    assert isinstance(operation, Operation)
    assert operation.url == "accounts?$filter=name eq 'a b'"


def test_bare_line_feeds_are_read_as_well() -> None:
    body = batch(create("accounts", "{}")).replace(b"\r\n", b"\n")
    (operation,) = parse_batch(body, CONTENT_TYPE)
    assert isinstance(operation, Operation)
    assert operation.body == b"{}"


def test_a_change_set_keeps_its_content_ids() -> None:
    body = batch(change_set(create("accounts", "{}", "1"), create("contacts", "{}", "2")))
    (found,) = parse_batch(body, CONTENT_TYPE)
    assert isinstance(found, ChangeSet)
    assert [operation.content_id for operation in found.operations] == ["1", "2"]


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"{}", "application/json", "must be multipart/mixed"),
        (b"", CONTENT_TYPE, "no part was found"),
        (batch(create("accounts", "{}"))[:-14], CONTENT_TYPE, "closing boundary is missing"),
        (batch("Content-Type: text/plain\r\n\r\nhello\r\n"), CONTENT_TYPE, "must be application/http, not text/plain"),
        (batch(f"{PART}\r\nnonsense\r\n"), CONTENT_TYPE, "'nonsense' is not 'METHOD url HTTP/1.1'"),
        (batch(f"{PART}\r\nTRACE / HTTP/1.1\r\n\r\n"), CONTENT_TYPE, "the method 'TRACE' is none of"),
        (batch(change_set(create("accounts", "{}"))), CONTENT_TYPE, "no Content-ID"),
        (batch(change_set(create("a", "{}", "1"), create("b", "{}", "1"))), CONTENT_TYPE, "the same Content-ID"),
        (
            batch(change_set(f"{PART}Content-ID: 1\r\n\r\nGET a HTTP/1.1\r\n\r\n")),
            CONTENT_TYPE,
            "a change set holds a GET",
        ),
        (b"\xff\x00--\r\n", "multipart/mixed", "no part was found"),
    ],
)
def test_a_batch_that_cannot_be_read_says_why(body: bytes, content_type: str, message: str) -> None:
    with pytest.raises(BatchError, match=message):
        parse_batch(body, content_type)


def test_a_rendered_response_reads_back_in_order() -> None:
    body, content_type = render_batch(
        [
            PartResponse(200, {"Content-Type": "application/json"}, b'{"value":[]}'),
            ChangeSetResponse((PartResponse(204, {"OData-EntityId": "x"}, content_id="1"),)),
        ]
    )
    assert content_type.startswith('multipart/mixed; boundary="batchresponse_')
    text = body.decode()
    assert text.index("HTTP/1.1 200 OK") < text.index("changesetresponse_") < text.index("HTTP/1.1 204 No Content")
    assert "Content-ID: 1" in text
