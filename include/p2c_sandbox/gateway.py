"""The ASGI application: reads a request whole, applies fault plans, checks the bearer token, answers, keeps a journal.

An answer is journalled before its first byte leaves, so whoever has read it finds it there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import format_datetime
from typing import Any, TypeVar

from p2c_sandbox.addresses import entity_set_of, is_discovery, system_of
from p2c_sandbox.client_process import aimed
from p2c_sandbox.credential_fields import credential_fields
from p2c_sandbox.fault_delivery import Connection, deliver
from p2c_sandbox.fault_responses import faulted_response, kill
from p2c_sandbox.faults import Action, Target
from p2c_sandbox.journal import RequestEntry
from p2c_sandbox.messages import Request, Response, decode, json_response
from p2c_sandbox.service import Service

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Result = TypeVar("Result")
Answer = Callable[[Service, Request], Response]

_log = logging.getLogger("uvicorn.error")
# Dataverse's own limit on a message, Microsoft docs: Use messages, "message size limits"
MAXIMUM_BODY_BYTES = 116_850_000

MAXIMUM_THREADS = 64


class BodyTooLarge(Exception):
    """A request body beyond the limit."""


class ClientGone(Exception):
    """The client left before its request was whole."""


class Gateway:
    """Serves Sales, F&O and Entra by `answers`; hands `/sandbox` to the control application."""

    def __init__(
        self, service: Service, answers: Mapping[str, Answer], control: Callable[..., Awaitable[None]]
    ) -> None:
        self._service = service
        self._answers = answers
        self._control = control
        # asyncio's own pool is as small as the machine; a limit on concurrency must be reached here, not there
        self._threads = ThreadPoolExecutor(MAXIMUM_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if system_of(_raw_path(scope)) == "control":
            await self._control(scope, receive, send)
            return
        connection = Connection(scope, receive, send)
        try:
            request = await self._read(scope, receive)
        except BodyTooLarge:
            await connection.send(json_response(413, _error("The request body is too large.")))
        except ClientGone:
            return
        else:
            await self._exchange(request, connection)

    async def _read(self, scope: Scope, receive: Receive) -> Request:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host") or "{}:{}".format(*scope["server"])
        return Request(
            method=scope["method"],
            path=_raw_path(scope),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=await _read_body(receive),
            origin=f"{scope['scheme']}://{host}",
            id=self._service.journal.next_request_id(),
        )

    async def _exchange(self, request: Request, connection: Connection) -> None:
        started, resets = time.perf_counter(), self._service.resets
        system = system_of(request.path) or "unknown"
        path, query = _readable(request.path), _readable(request.query)
        target = Target(system, request.method, path, entity_set_of(request.path), body=request.body, query=query)
        action = aimed(self._service.faults.action_for(target), connection.ends)
        kill(action, "arrival")
        await asyncio.sleep(action.delay_seconds if action and action.when == "before" else 0)
        if resets != self._service.resets:  # what a delayed request asked for belongs to a state that is gone
            await connection.reset()
            return
        response = await self._respond(system, request, action)
        if response is not None:
            date = format_datetime(self._service.clock.now(), usegmt=True)
            response = replace(response, headers={"date": date, **response.headers})
        milliseconds = (time.perf_counter() - started) * 1000
        if resets == self._service.resets:
            await self._in_thread(self._record, request, target, response, action, milliseconds)
        await deliver(response, action, connection)

    async def _respond(self, system: str, request: Request, action: Action | None) -> Response | None:
        """The answer to send; None if the connection is to be reset instead."""
        if action is None:
            return await self._in_thread(self._answer, system, request)
        real = None
        if action.when == "after" or not action.replaces_the_answer:
            real = await self._in_thread(self._answer, system, request)
            kill(action, "carried_out")
        await asyncio.sleep(action.delay_seconds if action.when == "after" else 0)
        return faulted_response(action, system, real, self._service.clock.now(), request.url)

    async def _in_thread(self, call: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def _answer(self, system: str, request: Request) -> Response:
        try:
            return self._answer_of(system, request)
        except ValueError as error:
            return json_response(400, _error(str(error)))
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            return json_response(500, _error("The sandbox failed; its log tells where."))

    def _answer_of(self, system: str, request: Request) -> Response:
        if system == "entra":
            return self._answer_entra(request)
        answer = self._answers.get(system)
        if answer is None:
            return json_response(404, _error(f"Nothing is served at {_readable(request.path)}."))
        return self._service.tokens.refuse(request) or answer(self._service, request)

    def _answer_entra(self, request: Request) -> Response:
        tenant = decode(request.path.split("/")[1])
        if is_discovery(request.path):
            return self._service.tokens.discovery(tenant, request)
        if request.method != "POST":
            return Response(405, headers={"allow": "POST"})
        return self._service.tokens.answer(tenant, request)

    def _record(
        self, request: Request, target: Target, response: Response | None, action: Action | None, milliseconds: float
    ) -> None:
        secrets = (self._service.credentials.client_secret, self._service.credentials.admin_token)
        found = credential_fields(request.headers, request.query, request.body, secrets)
        self._service.journal.record_request(
            RequestEntry(
                id=request.id,
                system=target.system,
                method=request.method,
                path=request.path,
                query=request.query,
                entity_set=target.entity_set,
                headers=request.headers,
                status=response.status if response else None,
                milliseconds=round(milliseconds, 3),
                client_request_id=request.headers.get("x-ms-client-request-id"),
                credential_fields=tuple(found),
                fault=action.summary() if action else None,
            )
        )


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        size, more = size + len(chunks[-1]), message.get("more_body", False)
        if size > MAXIMUM_BODY_BYTES:
            raise BodyTooLarge
    return b"".join(chunks)


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _readable(path: str) -> str:
    try:
        return decode(path)
    except ValueError:
        return path


def _error(message: str) -> dict[str, Any]:
    return {"error": {"code": "", "message": message}}
