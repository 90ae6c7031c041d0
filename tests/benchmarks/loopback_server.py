"""A server of both systems on loopback, as fast as one process can be: pages are rendered before the clock starts.

It keeps what is written, so that the next run finds it there. It checks no rule: for that there is the sandbox. Run as
`python -m benchmarks.loopback_server '{"rows": 100000}'`; it prints its origin and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from email.utils import formatdate
from typing import cast

import msgspec
from benchmarks.destination import Destination
from benchmarks.reference_rows import BUSINESS_UNITS, pages

API, DATA = "/api/data/v9.2", "/data"
#: Seconds in which a request and the refusal of another may cross.
CROSSING = 0.05
TOO_MANY = b'{"error":{"code":"0x80072326","message":"Number of concurrent requests exceeded."}}'
TOKEN = b'{"access_token":"loopback","expires_in":86400,"token_type":"Bearer"}'


class Settings(msgspec.Struct, frozen=True):
    """What a benchmark asks of the server. Times in milliseconds; one row in ``bad_every`` is refused."""

    rows: int = 0
    latency: float = 0
    row_time: float = 0
    parallelism: int = 0
    bad_every: int = 0
    throttle_at: int = 0
    retry_after: int = 1


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    body: bytes
    content_type: str = "application/json"
    status: str = "200 OK"
    rows: int = 0  #: written, each of which takes its time
    headers: str = ""


class LoopbackServer:
    """Both systems behind one port."""

    def __init__(self, settings: Settings, origin: str) -> None:
        self.settings = settings
        self.origin = origin
        self.destination = Destination(settings.bad_every)
        self.tape: list[tuple[str, str, dict[str, str], bytes]] = []
        self.requests = self.writes = self.early = 0
        self.pause = (0.0, 0.0)
        self.pages = self._rendered(0)

    def _rendered(self, percent_changed: int) -> list[bytes]:
        return list(pages(self.settings.rows, self.origin + API, percent_changed))

    def answer(self, request: Request, now: float) -> Answer:
        if request.path.startswith("/benchmark/"):
            return self._control(request)
        if request.path == "/token":
            return Answer(TOKEN)
        self.requests += 1
        self.early += self.pause[0] <= now < self.pause[1]
        if request.method == "GET" and request.path == f"{API}/accounts":
            return Answer(self.pages[int(request.query.partition("skiptoken=")[2] or 0)])
        self.tape.append((request.method, _target(request), request.headers, request.body))
        if request.method == "POST":
            self.writes += 1
            if self.writes == self.settings.throttle_at:
                return self._throttled(now)
        if request.path == f"{API}/businessunits":
            return Answer(msgspec.json.encode({"value": BUSINESS_UNITS}))
        return self._from_destination(request)

    def _throttled(self, now: float) -> Answer:
        """Refuse, and count what comes once the client knows of it."""
        known = now + self.settings.latency / 1000 + CROSSING
        self.pause = (known, known + self.settings.retry_after - 2 * CROSSING)
        pause = f"Retry-After: {self.settings.retry_after}\r\n"
        return Answer(TOO_MANY, status="429 Too Many Requests", headers=pause)

    def _from_destination(self, request: Request) -> Answer:
        if request.method == "GET":
            return Answer(self.destination.read(request.path.rpartition("/")[2], request.query))
        if request.path.endswith("/$batch"):
            body, content_type, rows = self.destination.batch(request.body)
            return Answer(body, content_type, rows=rows)
        status, body, rows = self.destination.multiple(request.body)
        return Answer(body, status=status, rows=rows)

    def _control(self, request: Request) -> Answer:
        match request.path.rpartition("/")[2]:
            case "change":
                self.pages = self._rendered(int(request.query))
            case "empty":
                self.destination.empty()
            case "keep":
                self.destination.keep()
            case "restore":
                self.destination.restore()
            case "tape":
                return Answer(msgspec.msgpack.encode(self.tape))
        counts = {
            "requests": self.requests,
            "writes": self.writes,
            "early": self.early,
            "rows": len(self.destination.rows),
            "rows_written": self.destination.written,
        }
        if request.path.endswith("/begin"):
            self.requests = self.writes = self.early = self.destination.written = 0
            self.pause = (0.0, 0.0)
            self.tape.clear()
        return Answer(msgspec.json.encode(counts))

    def delay(self, answer: Answer) -> float:
        """Seconds until an answer is sent."""
        return (self.settings.latency + answer.rows * self.settings.row_time) / 1000


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered in order."""

    def __init__(self, server: LoopbackServer) -> None:
        self._server = server
        self._received = bytearray()
        self._loop = asyncio.get_running_loop()
        self._head: tuple[str, str, dict[str, str], int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._head is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            first, *lines = self._received[:end].decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._head = (method, target, headers, end + 4)
        method, target, headers, start = self._head
        whole = start + int(headers.get("content-length", 0))
        if len(self._received) < whole:
            return
        path, _, query = target.partition("?")
        request = Request(method, path, query, headers, bytes(self._received[start:whole]))
        self._received, self._head = self._received[whole:], None
        answer = self._server.answer(request, self._loop.time())
        if delay := self._server.delay(answer):
            self._loop.call_later(delay, self._send, answer)
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        hint = self._server.settings.parallelism
        advice = f"x-ms-dop-hint: {hint}\r\n" if hint else ""
        head = (
            f"HTTP/1.1 {answer.status}\r\nDate: {formatdate(usegmt=True)}\r\nContent-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\n{answer.headers}{advice}\r\n"
        )
        if not self._transport.is_closing():
            self._transport.writelines([head.encode(), answer.body])


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


async def serve(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    servers: list[LoopbackServer] = []
    listening = await loop.create_server(lambda: Connection(servers[0]), "127.0.0.1", 0, backlog=128)
    origin = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    servers.append(LoopbackServer(settings, origin))
    print(origin, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(msgspec.json.decode(sys.argv[1], type=Settings)))
