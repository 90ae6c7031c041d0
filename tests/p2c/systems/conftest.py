"""Sessions for tests: with a scripted server on a clock of the test, and with the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox
from fixtures.scripted_server import ManualTime, ScriptedServer, scripted_server

from p2c.systems.dataverse import Dataverse
from p2c.systems.finance_operations import FinanceOperations
from p2c.systems.odata.credentials import Credentials
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.tokens import TokenSource
from p2c.systems.odata.transport import new_transport

SECRET = "the-client-secret"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as scripted:
        yield scripted


@pytest.fixture
def time() -> ManualTime:
    return ManualTime()


@pytest.fixture
def transport() -> Iterator[requests.Session]:
    with new_transport(connections=8) as session:
        yield session


@pytest.fixture
def credentials(server: ScriptedServer) -> Credentials:
    return Credentials(
        client_id="client", client_secret=SECRET, token_url=server.token_url, scope=f"{server.origin}/.default"
    )


@pytest.fixture
def tokens(credentials: Credentials, transport: requests.Session, time: ManualTime) -> TokenSource:
    return TokenSource(credentials, transport, wait=time.wait, clock=time.clock)


SessionMaker = Callable[..., ODataSession]


@pytest.fixture
def make_session(
    server: ScriptedServer, tokens: TokenSource, transport: requests.Session, time: ManualTime
) -> SessionMaker:
    """Make a session at the scripted server's `/data`; keyword arguments as the session takes them."""

    def make(**changes: Any) -> ODataSession:
        arguments = {"transport": transport, "wait": time.wait, "clock": time.clock} | changes
        return ODataSession(f"{server.origin}/data", tokens, **arguments)

    return make


@pytest.fixture
def session(make_session: SessionMaker) -> ODataSession:
    return make_session()


@pytest.fixture
def clean_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox with demo data where the test asks for that, else without rows."""
    name = "demo_sandbox" if "demo_sandbox" in request.fixturenames else "sandbox"
    sandbox = request.getfixturevalue(name)
    assert isinstance(sandbox, Sandbox)
    return sandbox


@pytest.fixture
def finance_operations(clean_sandbox: Sandbox, transport: requests.Session) -> FinanceOperations:
    """The sandbox's F&O, in batches of 10."""
    return FinanceOperations(_sandbox_session(clean_sandbox, "finance_operations", transport), batch_size=10)


@pytest.fixture
def sales(clean_sandbox: Sandbox, transport: requests.Session) -> Dataverse:
    """The sandbox's Sales."""
    return Dataverse(_sandbox_session(clean_sandbox, "sales", transport))


@pytest.fixture
def account_key(sandbox: Sandbox) -> None:
    """An alternate key on the numbers of accounts."""
    body = {"SchemaName": "p2c_accountnumber", "KeyAttributes": ["accountnumber"]}
    sandbox.sales.post("EntityDefinitions(LogicalName='account')/Keys", json=body).raise_for_status()


def _sandbox_session(sandbox: Sandbox, system: str, transport: requests.Session) -> ODataSession:
    credentials = Credentials(
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        token_url=sandbox.token_url,
        scope=f"{sandbox.origin}/.default",
    )
    tokens = TokenSource(credentials, transport)
    return ODataSession(str(sandbox.readiness[system]), tokens, transport=transport)
