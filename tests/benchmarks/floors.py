"""What the least that does the same job costs: the plain line, the honest floor of a read, and writes pre-rendered."""

from __future__ import annotations

import hashlib
import http.client
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from benchmarks.case import Case
from benchmarks.loopback_server import API
from benchmarks.measured import measured


def line(case: Case, folder: Path) -> dict[str, Any]:
    """Read all pages and look at nothing: what the server and the line can do."""
    connection, figures = _connection(case), dict[str, Any]()
    pages = -(-case.rows // 5000)
    size = 0
    with measured(figures):
        for page in range(pages):
            connection.request("GET", f"{API}/accounts?$skiptoken={page}")
            size += len(connection.getresponse().read())
    return {**figures, "rows": case.rows, "bytes": size}


def read_and_store(case: Case, folder: Path) -> dict[str, Any]:
    """The honest floor of extract: plain session, msgspec, one JSON line a row, checksum, and a flush a page."""
    figures: dict[str, Any] = {}
    rows, digest = 0, hashlib.sha256()
    encoder = msgspec.json.Encoder()
    with measured(figures), (folder / "rows.jsonl").open("wb") as stream:
        for page in plain_pages(case):
            content = encoder.encode_lines(page)
            digest.update(content)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            rows += len(page)
        (folder / "rows.sha256").write_text(digest.hexdigest(), encoding="ascii")
    return {**figures, "rows": rows}


def plain_pages(case: Case) -> Iterator[list[dict[str, Any]]]:
    """The rows of each page, numbers as text."""
    decoder = msgspec.json.Decoder(float_hook=str)
    url: str | None = f"{case.origin}{API}/accounts"
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = "Bearer loopback"
        while url:
            page = decoder.decode(session.get(url, timeout=60).content)
            yield page["value"]
            url = page.get("@odata.nextLink")


def replayed(case: Case, folder: Path) -> dict[str, Any]:
    """Send the requests that ours sent, rendered before the clock starts, over as many connections."""
    tape = msgspec.msgpack.decode(Path(case.tape).read_bytes())
    connections: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()
    for _ in range(case.lanes):
        connections.put(_connection(case))

    def send(request: tuple[str, str, dict[str, str], bytes]) -> int:
        method, target, headers, body = request
        connection = connections.get()
        connection.request(method, target, body=body or None, headers=_kept(headers))
        answer = connection.getresponse()
        answer.read()
        connections.put(connection)
        return answer.status

    figures: dict[str, Any] = {}
    with measured(figures), ThreadPoolExecutor(case.lanes) as pool:
        for method, some in groupby(tape, key=lambda request: request[0]):
            statuses = list((pool.map if method == "POST" else map)(send, some))
            if max(statuses) >= 400:
                raise RuntimeError(f"the server answered {max(statuses)}")
    return {**figures, "rows": case.rows}


def _connection(case: Case) -> http.client.HTTPConnection:
    address = urlsplit(case.origin)
    return http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)


def _kept(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in ("host", "content-length", "connection")}
