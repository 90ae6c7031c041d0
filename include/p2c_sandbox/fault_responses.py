"""Answers that a fault plan sends in place of the system's own."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from p2c_sandbox.faults import Action
from p2c_sandbox.messages import Response, json_response

_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in to your account</title></head><body>Sign in</body></html>"
_DEFAULT_MESSAGES = {
    ("finance_operations", 429): "This request could not be processed at this time due to system experiencing high "
    "resource utilization.",
    ("sales", 429): "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
}
_DEFAULT_CODES = {("sales", 429): "0x80072322"}


def faulted_response(
    action: Action, system: str, real: Response | None, now: datetime, url: str = ""
) -> Response | None:
    """The answer an action calls for to a request to `url`, given the real one if there is one; None for a reset."""
    if action.reset:
        return None
    if action.html:
        return Response(action.status or 200, _LOGIN_PAGE, {"content-type": "text/html; charset=utf-8"})
    if action.status is not None:
        return planned_response(action, system, action.status, now)
    if real is None:
        return None
    body = real.body
    for rewrite in action.rewrite:
        body = rewrite.applied(body, url)
    return Response(real.status, body, {**real.headers, **action.answer_headers(now)})


def planned_response(action: Action, system: str, status: int, now: datetime) -> Response:
    """The plan's own body, or the system's usual one for `status`."""
    if isinstance(action.body, str):
        content_type = {"content-type": "text/plain; charset=utf-8"}
        return Response(status, action.body.encode(), {**content_type, **action.answer_headers(now)})
    answer = json_response(status, action.body if action.body is not None else default_error(system, status))
    return Response(status, answer.body, {**answer.headers, **action.answer_headers(now)})


def default_error(system: str, status: int) -> dict[str, Any]:
    """The body a system sends with `status` when the plan gives none."""
    message = _DEFAULT_MESSAGES.get((system, status), "An error has occurred.")
    return {"error": {"code": _DEFAULT_CODES.get((system, status), ""), "message": message}}


def kill(action: Action | None, moment: str) -> None:
    """Send the signal an action asks for at this moment; a process already gone is no error."""
    if action is None or action.kill is None or action.kill.moment != moment or action.kill.pid == "client":
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(action.kill.pid, action.kill.number)


def operation_response(action: Action | None, system: str, now: datetime | None = None) -> Response | None:
    """For one operation of a batch: wait and kill as planned, then the planned answer, or None for the real one."""
    if action is None:
        return None
    time.sleep(action.delay_seconds)
    kill(action, "arrival")
    moment = now or datetime.now(UTC)
    return None if action.status is None else planned_response(action, system, action.status, moment)
