from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
import requests
from fixtures.sandbox import Sandbox

from p2c_sandbox.client_process import client_process

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


def test_the_holder_of_a_connection_is_found_by_its_own_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client_process(client.getsockname()) == os.getpid()


def test_a_client_of_another_machine_has_no_process_here() -> None:
    assert client_process(("192.0.2.1", 443)) is None
