from __future__ import annotations

import errno
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests
from fixtures.sandbox import Sandbox

READ = {"method": "GET", "entity_set": "CustomerGroups"}


def raw_exchange(sandbox: Sandbox, path: str) -> bytes:
    """All that one connection brings until the server ends it; ConnectionResetError if it is reset."""
    address = urlsplit(sandbox.origin)
    authorization = str(sandbox.finance_operations.headers["Authorization"])
    request = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: {authorization}\r\n\r\n"
    with socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=10) as connection:
        connection.sendall(request.encode())
        received = b""
        while piece := connection.recv(65_536):
            received += piece
        return received


def test_a_reset_reaches_the_client_as_a_tcp_reset(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": READ, "action": {"reset": True}})
    with pytest.raises(ConnectionResetError) as raised:
        raw_exchange(sandbox, "/data/CustomerGroups")
    assert raised.value.errno == errno.ECONNRESET


def test_a_cut_body_ends_before_its_declared_length(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": READ, "action": {"cut_body_at": 10}})
    head, _, body = raw_exchange(sandbox, "/data/CustomerGroups").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert len(body) == 10
    declared = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert declared > 10


def test_a_requests_client_notices_a_cut_body(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": READ, "action": {"cut_body_at": 10}})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sandbox.finance_operations.get("CustomerGroups")


def test_a_dripped_body_comes_whole_but_slowly(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": READ, "action": {"status": 200, "body": {"value": []}, "drip_bytes_per_second": 100}})
    session = sandbox.finance_operations
    started = time.monotonic()
    assert session.get("CustomerGroups").json() == {"value": []}
    assert time.monotonic() - started >= 0.1


def test_the_sandbox_serves_on_after_each_fault(sandbox: Sandbox) -> None:
    sandbox.plan_faults(
        {"match": READ | {"nth": 1}, "action": {"reset": True}},
        {"match": READ | {"nth": 1}, "action": {"cut_body_at": 0}},
    )
    for _ in range(2):
        with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            sandbox.finance_operations.get("CustomerGroups")
    assert sandbox.finance_operations.get("CustomerGroups").status_code == 200
