"""A sandbox in a forked process: it runs within milliseconds on a copy of a state."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.processes import die_with_parent
from fixtures.sandbox import Sandbox

from p2c_sandbox.cli import main
from p2c_sandbox.credentials import ENVIRONMENT

STOP_SECONDS = 10


@contextmanager
def forked_sandbox(state: Path, *arguments: str, kept: bool = True) -> Iterator[Sandbox]:
    """Serve `state` (made with no rows where it is missing) until the end of the block; it may be `kept` for later."""
    pid, sandbox = start(state, *arguments)
    try:
        yield sandbox
    finally:
        sandbox.forget_sessions()
        if kept:
            stop(pid)
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def start(state: Path, *arguments: str) -> tuple[int, Sandbox]:
    """Fork a sandbox and wait until it is ready."""
    known = {name: str(uuid.uuid4()) for name in ("tenant_id", "client_id")}
    known |= {name: secrets.token_urlsafe(20) for name in ("client_secret", "admin_token")}
    told, telling = os.pipe()
    if not (pid := os.fork()):
        os.close(told)
        _serve(state, arguments, known, telling)
    os.close(telling)
    with os.fdopen(told) as stream:
        line = stream.readline()
    if not line:
        raise RuntimeError(f"the sandbox of {state} did not start; its log is beside it")
    return pid, Sandbox(json.loads(line), known["client_secret"], known["admin_token"])


def _serve(state: Path, arguments: tuple[str, ...], known: dict[str, str], telling: int) -> None:
    die_with_parent()
    log = os.open(state.with_name("sandbox.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.environ |= {ENVIRONMENT[name]: value for name, value in known.items()}
    sys.stdout = os.fdopen(telling, "w")
    try:
        os._exit(main(["--empty", "--state", str(state), *arguments]))
    finally:
        os._exit(1)


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
