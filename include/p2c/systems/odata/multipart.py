"""``$batch`` bodies: change sets written, replies read.

Sources: OData 4.0 Part 1, section 11.7; Microsoft docs, "Execute batch operations using the Web API".
"""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_FATAL_DEFECTS = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)


class MultipartError(ValueError):
    """A reply is no whole multipart body."""


@dataclass(frozen=True)
class PartRequest:
    """One request of a batch; ``body`` is JSON."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    content_id: str


@dataclass(frozen=True)
class PartReply:
    """The answer to one request of a batch; ``content_id`` is None where the server gave none."""

    content_id: str | None
    status: int
    headers: Mapping[str, str]
    body: bytes


def render(change_sets: Iterable[Sequence[PartRequest]], boundary: str) -> bytes:
    """A batch body of change sets; each lands or fails as a whole, and alone."""
    parts = [_change_set(requests, f"changeset_{requests[0].content_id}_{boundary}") for requests in change_sets]
    return _enclosed(parts, boundary)


def _change_set(requests: Sequence[PartRequest], boundary: str) -> bytes:
    opening = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
    return opening + _enclosed([_member(request) for request in requests], boundary)


def _enclosed(parts: Iterable[bytes], boundary: str) -> bytes:
    opening = f"--{boundary}\r\n".encode()
    return b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _member(request: PartRequest) -> bytes:
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", **request.headers}
    lines = [
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        f"Content-ID: {request.content_id}",
        "",
        f"{request.method} {request.url} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + request.body


def parse(body: bytes, content_type: str) -> list[PartReply]:
    """The answers of a batch reply in order; a change set that landed gives one for each of its requests.

    Raises MultipartError, also for a body cut short.
    """
    # this policy leaves headers as they are: to take each apart, as the others do, costs more than all else of a batch
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    return [_reply(leaf) for leaf in _leaves(BytesParser(policy=compat32).parsebytes(head + body))]


def _leaves(message: Message) -> Iterator[Message]:
    if message.get_content_maintype() != "multipart":
        yield message
        return
    payload = message.get_payload()
    if not isinstance(payload, list) or any(isinstance(defect, _FATAL_DEFECTS) for defect in message.defects):
        raise MultipartError("the reply is no whole multipart body")
    for part in payload:
        if isinstance(part, Message):
            yield from _leaves(part)


def _reply(leaf: Message) -> PartReply:
    payload = leaf.get_payload(decode=True)
    if leaf.get_content_type() != "application/http" or not isinstance(payload, bytes):
        raise MultipartError(f"a part of the reply is {leaf.get_content_type()}, not application/http")
    status_line, _, rest = payload.lstrip(b"\r\n").partition(b"\n")
    head, body = _split(rest)
    headers = _headers(head)
    content_id = leaf["Content-ID"] or headers.get("content-id")
    return PartReply(str(content_id).strip() if content_id else None, _status(status_line), headers, body)


def _split(rest: bytes) -> tuple[bytes, bytes]:
    """Headers and body; servers end lines with CRLF or LF."""
    if rest.startswith((b"\r\n", b"\n")):
        return b"", rest.partition(b"\n")[2]
    ends = [(at, mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := rest.find(mark)) >= 0]
    if not ends:
        return rest, b""
    at, mark = min(ends)
    return rest[:at], rest[at + len(mark) :]


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _status(line: bytes) -> int:
    words = line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise MultipartError("a part of the reply has no status line")
    return int(words[1])
