from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from fixtures.sandbox import Sandbox
from fixtures.scripted_server import Answer, ManualTime, ScriptedServer
from sqlalchemy import Engine

from p2c.database.engine import open_engine
from p2c.errors import ThrottledError
from p2c.ledger import Ledger
from p2c.ledger.pauses import Pauses
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.shared_pause import SharedPause

SYSTEM = "https://contoso.crm.dynamics.com/api/data/v9.2/"
MakeSession = Callable[..., ODataSession]
PAUSE = 3
#: How much later than it happened something may stand in the sandbox's journal.
JOURNAL_SECONDS = 0.1


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def broken() -> Ledger:
    """A ledger in a database that does not answer."""
    return Ledger(open_engine("postgresql://p2c:none@127.0.0.1:1/p2c"))


def test_without_a_place_to_share_there_is_no_pause() -> None:
    alone = SharedPause(SYSTEM, None)
    alone.extend(60)
    assert alone.left() == 0


def test_a_pause_asked_of_one_session_holds_for_another(
    server: ScriptedServer, make_session: MakeSession, time: ManualTime, ledger: Ledger
) -> None:
    server.answers.append(Answer(429, headers={"Retry-After": "300"}))
    with pytest.raises(ThrottledError):
        make_session(pauses=ledger).request("GET", "X", repeatable=True)
    with pytest.raises(ThrottledError, match=r"has asked for a pause of \d+ more seconds") as raised:
        make_session(pauses=ledger).request("GET", "X", repeatable=True)
    assert 250 < raised.value.retry_after <= 300
    assert (len(server.seen), time.waits) == (1, [])


def test_pauses_that_others_keep_extending_reach_a_limit(make_session: MakeSession, time: ManualTime) -> None:
    class Extended(Pauses):
        def pause_left(self, system: str) -> float:
            return 30

    with pytest.raises(ThrottledError, match="pauses of 630 seconds one after the other"):
        make_session(pauses=Extended(open_engine("sqlite://"))).request("GET", "X", repeatable=True)
    assert sum(time.waits) == 600


def test_a_database_out_of_reach_stops_no_request(
    server: ScriptedServer, make_session: MakeSession, time: ManualTime, broken: Ledger
) -> None:
    server.answers.append(Answer(429, headers={"Retry-After": "9"}))
    assert make_session(pauses=broken).request("GET", "X", repeatable=True).status == 200
    assert time.waits == [9]


#: A process that reads F&O once it is told to, and says when it is ready and when it is done.
PROCESS = """
import os, sys
from p2c.database.engine import open_engine
from p2c.ledger import Ledger
from p2c.systems.odata.credentials import Credentials
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.tokens import TokenSource
from p2c.systems.odata.transport import new_transport

base, token_url, scope, client_id, database = sys.argv[1:]
credentials = Credentials(
    client_id=client_id, client_secret=os.environ["SECRET"], token_url=token_url, scope=scope
)
transport = new_transport()
pauses = Ledger(open_engine(database))
session = ODataSession(base, TokenSource(credentials, transport), transport=transport, pauses=pauses)
print("ready", flush=True)
for line in sys.stdin:
    session.request("GET", line.strip(), repeatable=True)
    print("done", flush=True)
"""


class Process:
    """A process of its own with a session at the sandbox's F&O."""

    def __init__(self, sandbox: Sandbox, database: str) -> None:
        arguments = [
            str(sandbox.readiness["finance_operations"]),
            sandbox.token_url,
            f"{sandbox.origin}/.default",
            sandbox.client_id,
            database,
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"SECRET": sandbox.client_secret},
        )
        assert self._said() == "ready"

    def asks(self, path: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(path + "\n")
        self._process.stdin.flush()

    def is_done(self) -> bool:
        return self._said() == "done"

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def end(self) -> None:
        self._process.communicate(timeout=10)
        assert self._process.returncode == 0


@pytest.mark.parametrize("form", ["seconds", "http-date"])
def test_a_process_sends_nothing_while_another_was_asked_for_a_pause(
    demo_sandbox: Sandbox, ledger: Ledger, engine: Engine, form: str
) -> None:
    database = engine.url.render_as_string(hide_password=False)
    throttled, bystander = (Process(demo_sandbox, database) for _ in range(2))
    plan = {"status": 429, "retry_after": {"seconds": PAUSE, "form": form}}
    demo_sandbox.plan_faults({"match": {"entity_set": "CustomersV3", "nth": 1}, "action": plan})

    throttled.asks("CustomersV3?$top=1")
    _await_pause(ledger, str(demo_sandbox.readiness["finance_operations"]))
    bystander.asks("LegalEntities?$top=1")

    assert bystander.is_done()
    assert throttled.is_done()
    for process in (throttled, bystander):
        process.end()
    refused, *after = sorted(demo_sandbox.requests_seen(system="finance_operations"), key=lambda seen: seen["id"])
    assert refused["status"] == 429
    assert sorted(seen["entity_set"] for seen in after) == ["CustomersV3", "LegalEntities"]
    # a date is told, and counted from the server's own, in whole seconds
    least = PAUSE - (1 if form == "http-date" else JOURNAL_SECONDS)
    assert min(_began(seen) - _began(refused) for seen in after) >= timedelta(seconds=least)


def _await_pause(ledger: Ledger, system: str) -> None:
    deadline = monotonic() + 10
    while not ledger.pause_left(system):
        assert monotonic() < deadline, "the pause never reached the ledger"


def _began(seen: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(seen["time"]) - timedelta(milliseconds=seen["milliseconds"])
