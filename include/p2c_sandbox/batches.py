"""What `$batch` is in both systems: operations under numbers of their own, each with its fault and journal entry."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from urllib.parse import urlsplit

from p2c_sandbox.addresses import entity_set_of
from p2c_sandbox.fault_responses import operation_response
from p2c_sandbox.journal import RequestEntry, operation_entry
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.multipart import (
    BatchError,
    ChangeSet,
    ChangeSetResponse,
    Operation,
    PartResponse,
    parse_batch,
)
from p2c_sandbox.service import Service
from p2c_sandbox.settings import System

Outcome = tuple[Response, Response | None]
"""An operation's answer, and the one a fault plan sends in its place though it was carried out."""


class ChangeSetFailed(Exception):
    """Undoes a change set; carries the part that stands for it."""

    def __init__(self, part: PartResponse) -> None:
        self.part = part


class BatchRun:
    """The operations of one batch on their way; failed ones are journalled too."""

    def __init__(self, service: Service, system: System, request: Request) -> None:
        self.service = service
        self._system, self._request = system, request
        self._number = count()
        self._entries: list[RequestEntry] = []

    def request_of(self, operation: Operation, url: str, root: str) -> Request:
        """The next operation as a request of its own; `root` completes a relative `url`."""
        parts = urlsplit(url)
        return replace(
            self._request,
            method=operation.method,
            path=parts.path if parts.path.startswith("/") else f"{root}/{parts.path}",
            query=parts.query,
            headers=operation.headers,
            body=operation.body,
            operation=next(self._number),
        )

    def carry_out(self, inner: Request, execute: Callable[[Request], Response]) -> Outcome:
        """Carry out one operation, unless a fault answers in its place."""
        started = time.perf_counter()
        entity_set = entity_set_of(inner.path)
        action = self.service.operation_fault(self._system, inner, entity_set)
        planned = operation_response(action, self._system)
        if action is None or action.when == "after" or planned is None:
            response = execute(inner)
        else:
            response, planned = planned, None
        milliseconds = (time.perf_counter() - started) * 1000
        status = (planned or response).status
        self._entries.append(operation_entry(self._system, inner, entity_set, status, milliseconds))
        return response, planned

    def journal(self) -> None:
        """Keep what was asked, once no rollback can undo it."""
        self.service.journal.record_request(*self._entries)


def read_items(request: Request, limit: int) -> list[Operation | ChangeSet]:
    """Operations and change sets of a batch. BatchError if it cannot be read or holds more than `limit` operations."""
    items = parse_batch(request.body, request.headers.get("content-type", ""))
    number = sum(len(item.operations) if isinstance(item, ChangeSet) else 1 for item in items)
    if number > limit:
        raise BatchError(f"The batch holds {number} operations; at most {limit} are allowed.")
    return items


def part_of(response: Response, content_id: str | None) -> PartResponse:
    """An operation's answer as a part of the batch's."""
    return PartResponse(response.status, response.headers, response.body, content_id)


def failed_status(part: PartResponse | ChangeSetResponse) -> int | None:
    """The status of a failed part, None if it went well."""
    parts = part.parts if isinstance(part, ChangeSetResponse) else (part,)
    return next((member.status for member in parts if member.status >= HTTPStatus.BAD_REQUEST), None)
