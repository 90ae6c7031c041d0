from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
import requests
from fixtures.sandbox import Sandbox

from p2c_sandbox.client_process import Ends, client_process

LOOPBACK = ("127.0.0.1", 0)
READ = "import sys, requests; requests.get(sys.argv[1], timeout=20)"


@pytest.mark.parametrize("moment", ["arrival", "carried_out", "half_sent", "sent"])
def test_the_process_that_sent_a_request_can_be_killed(sandbox: Sandbox, moment: str) -> None:
    match = {"system": "finance_operations", "path": "Doomed"}
    kill = {"kill": {"pid": "client", "moment": moment}, "delay_seconds": 0.5, "when": "after"}
    sandbox.plan_faults({"match": match, "action": kill})
    # `sent` comes when the answer may have been read already: the process stays on for it
    program = f"{READ}; input()"
    command = [sys.executable, "-c", program, f"{sandbox.origin}/data/Doomed"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.wait(20) == -9
    assert requests.get(f"{sandbox.origin}/data/CustomersV3", timeout=10).status_code == 401


HOLD = """
import socket, sys
held = socket.socket()
held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
held.bind(("127.0.0.1", int(sys.argv[1])))
held.connect(("127.0.0.1", int(sys.argv[2])))
print("connected", flush=True)
input()
"""


def test_the_holder_of_a_connection_is_found_by_its_own_end() -> None:
    with socket.create_server(LOOPBACK) as server, socket.create_connection(server.getsockname()) as client:
        assert client_process(Ends(client.getsockname(), server.getsockname())) == os.getpid()


def test_two_holders_of_one_port_are_told_apart_by_the_servers_they_speak_to() -> None:
    with socket.create_server(LOOPBACK) as one, socket.create_server(LOOPBACK) as other, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(LOOPBACK)
        port = client.getsockname()[1]
        command = [sys.executable, "-c", HOLD, str(port), str(other.getsockname()[1])]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"connected\n"
            client.connect(one.getsockname())
            assert client_process(Ends(client.getsockname(), one.getsockname())) == os.getpid()
            assert client_process(Ends(client.getsockname(), other.getsockname())) == process.pid
            process.communicate(b"\n", timeout=20)


def test_a_client_of_another_machine_has_no_process_here() -> None:
    assert client_process(Ends(("192.0.2.1", 443), ("127.0.0.1", 443))) is None
