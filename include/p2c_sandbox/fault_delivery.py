"""Sending an answer, or spoiling it: reset, cut short, dripped.

A reset is a real TCP RST: the socket lingers for 0 seconds and the transport is aborted. Uvicorn does not hand its
transport to applications, so the protocol classes below put it into the ASGI scope's state.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from p2c_sandbox.client_process import Ends
from p2c_sandbox.fault_responses import kill
from p2c_sandbox.faults import Action
from p2c_sandbox.messages import Response

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

GOODBYE_SECONDS = 5
_NO_BODY = {204, 304}


class TransportProtocol(H11Protocol):
    """Uvicorn's protocol, with its transport in `scope["state"]["transport"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Connection:
    """The client's end of one exchange."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self._transport: asyncio.Transport = scope["state"]["transport"]
        self._receive = receive
        self._send = send

    @property
    def ends(self) -> Ends:
        """What both ends are bound to; empty once the connection is gone."""
        client, server = (self._transport.get_extra_info(name) or ("", 0) for name in ("peername", "sockname"))
        return Ends((client[0], client[1]), (server[0], server[1]))

    async def send(self, response: Response) -> None:
        await self.start(response, len(response.body))
        await self.send_body(response.body)

    async def start(self, response: Response, length: int) -> None:
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()
        ]
        if response.status not in _NO_BODY:
            headers.append((b"content-length", str(length).encode()))
        await self._send({"type": "http.response.start", "status": response.status, "headers": headers})

    async def send_body(self, piece: bytes, *, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def reset(self) -> None:
        """End the connection with a TCP RST."""
        raw: socket.socket | None = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        await self._gone()

    async def close(self) -> None:
        """End the connection with what was sent so far."""
        self._transport.close()
        await self._gone()

    async def _gone(self) -> None:
        # Returning before Uvicorn has seen the end would make it report an incomplete response.
        async with asyncio.timeout(GOODBYE_SECONDS):
            while (await self._receive())["type"] != "http.disconnect":
                pass


async def deliver(response: Response | None, action: Action | None, connection: Connection) -> None:
    """Send `response` as the action says; None resets the connection."""
    if response is None:
        await connection.reset()
    elif action is None:
        await connection.send(response)
    elif action.cut_body_at is not None:
        await _cut(response, action.cut_body_at, connection)
    elif action.drip_bytes_per_second is not None:
        await _drip(response, action.drip_bytes_per_second, connection)
    else:
        await _send_in_halves(response, action, connection)
    kill(action, "sent")


async def _send_in_halves(response: Response, action: Action, connection: Connection) -> None:
    half = len(response.body) // 2
    await connection.start(response, len(response.body))
    await connection.send_body(response.body[:half], more=True)
    kill(action, "half_sent")
    await connection.send_body(response.body[half:])


async def _cut(response: Response, at: int, connection: Connection) -> None:
    await connection.start(response, len(response.body))
    await connection.send_body(response.body[:at], more=True)
    await connection.close()


async def _drip(response: Response, bytes_per_second: int, connection: Connection) -> None:
    await connection.start(response, len(response.body))
    for position in range(len(response.body)):
        await connection.send_body(response.body[position : position + 1], more=True)
        await asyncio.sleep(1 / bytes_per_second)
    await connection.send_body(b"")
