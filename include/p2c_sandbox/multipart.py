"""OData `$batch` bodies: multipart/mixed requests read, multipart/mixed responses written.

Source: OData 4.0 Part 1, section 11.7; Microsoft docs: Execute batch operations using the Web API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from http import HTTPStatus
from uuid import uuid4

_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class BatchError(ValueError):
    """A batch body that cannot be read; the message says which part and why."""


@dataclass(frozen=True)
class Operation:
    """One request inside a batch; `url` as written, blanks included; header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    content_id: str | None = None


@dataclass(frozen=True)
class ChangeSet:
    """Requests that land together or not at all."""

    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class PartResponse:
    """The answer to one operation."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_id: str | None = None


@dataclass(frozen=True)
class ChangeSetResponse:
    """The answers to a change set that landed. One that failed is a single PartResponse."""

    parts: tuple[PartResponse, ...]


def parse_batch(body: bytes, content_type: str) -> list[Operation | ChangeSet]:
    """The operations and change sets of a batch request, in order. BatchError if the body cannot be read."""
    if not content_type.lower().startswith("multipart/mixed"):
        raise BatchError(f"The Content-Type of a batch must be multipart/mixed with a boundary, not {content_type!r}.")
    message = _message(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    return [_item(part, f"part {number}") for number, part in enumerate(_parts(message, "the batch"), start=1)]


def render_batch(responses: Sequence[PartResponse | ChangeSetResponse]) -> tuple[bytes, str]:
    """The body of a batch response and its Content-Type."""
    boundary = f"batchresponse_{uuid4()}"
    rendered = [_rendered_item(response) for response in responses]
    return _joined(rendered, boundary), f'multipart/mixed; boundary="{boundary}"'


def _message(data: bytes) -> Message:
    try:
        return BytesParser(policy=compat32).parsebytes(data)
    except (ValueError, RecursionError, LookupError, AttributeError, IndexError, TypeError) as error:
        raise BatchError(f"The batch body is not readable as multipart/mixed: {error}") from None


def _parts(message: Message, where: str) -> list[Message]:
    payload = message.get_payload()
    if message.get_content_type() != "multipart/mixed" or not isinstance(payload, list):
        raise BatchError(f"In {where} no part was found between the lines of its boundary.")
    if any(type(defect).__name__ == "CloseBoundaryNotFoundDefect" for defect in message.defects):
        raise BatchError(f"In {where} the closing boundary is missing; the body may be cut short.")
    return [part for part in payload if isinstance(part, Message)]


def _item(part: Message, where: str) -> Operation | ChangeSet:
    if part.get_content_type() != "multipart/mixed":
        return _operation(part, where)
    operations = [
        _operation(inner, f"{where}, operation {number} of its change set")
        for number, inner in enumerate(_parts(part, where), start=1)
    ]
    _check_change_set(operations, where)
    return ChangeSet(tuple(operations))


def _check_change_set(operations: list[Operation], where: str) -> None:
    identifiers = [operation.content_id for operation in operations]
    if None in identifiers:
        raise BatchError(f"In {where} an operation of a change set has no Content-ID header.")
    if len(set(identifiers)) < len(identifiers):
        raise BatchError(f"In {where} two operations of a change set have the same Content-ID.")
    if any(operation.method == "GET" for operation in operations):
        raise BatchError(f"In {where} a change set holds a GET request, which is not allowed.")


def _operation(part: Message, where: str) -> Operation:
    if part.get_content_type() != "application/http":
        raise BatchError(f"In {where} the Content-Type must be application/http, not {part.get_content_type()}.")
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise BatchError(f"In {where} there is no request.")
    line, _, rest = payload.lstrip(b"\r\n").partition(b"\n")
    method, url = _request_line(line.decode("utf-8", "replace"), where)
    headers, body = _headers_and_body(rest)
    content_id = part["Content-ID"] or headers.get("content-id")
    return Operation(method, url, headers, body, str(content_id).strip() if content_id else None)


def _request_line(line: str, where: str) -> tuple[str, str]:
    method, _, rest = line.strip().partition(" ")
    url, _, version = rest.rpartition(" ")
    if not url.strip() or not version.startswith("HTTP/1."):
        raise BatchError(f"In {where} the line {line.strip()[:80]!r} is not 'METHOD url HTTP/1.1'.")
    if method not in _METHODS:
        raise BatchError(f"In {where} the method {method!r} is none of {', '.join(sorted(_METHODS))}.")
    return method, url.strip()


def _headers_and_body(rest: bytes) -> tuple[dict[str, str], bytes]:
    unified = rest.replace(b"\r\n", b"\n")
    head, found, body = (b"", b"\n", unified[1:]) if unified.startswith(b"\n") else unified.partition(b"\n\n")
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head + b"\n\n")
    return {name.lower(): str(value) for name, value in parsed.raw_items()}, body.strip() if found else b""


def _rendered_item(response: PartResponse | ChangeSetResponse) -> bytes:
    if isinstance(response, PartResponse):
        return _rendered_part(response)
    boundary = f"changesetresponse_{uuid4()}"
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    return head + _joined([_rendered_part(part) for part in response.parts], boundary)


def _rendered_part(part: PartResponse) -> bytes:
    outer = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if part.content_id is not None:
        outer.append(f"Content-ID: {part.content_id}")
    headers = [f"{name}: {value}" for name, value in part.headers.items()]
    inner = [f"HTTP/1.1 {part.status} {_PHRASES.get(part.status, '')}", *headers]
    return "\r\n".join([*outer, "", *inner, "", ""]).encode() + part.body


def _joined(parts: Sequence[bytes], boundary: str) -> bytes:
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return lines + b"--" + boundary.encode() + b"--\r\n"
