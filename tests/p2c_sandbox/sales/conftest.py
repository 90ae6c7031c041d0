"""Sessions at the sandbox's Sales side, and the short words its tests are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]


@pytest.fixture
def sales(sandbox: Sandbox) -> BearerSession:
    """Sales without rows."""
    return sandbox.sales


@pytest.fixture
def demo_sales(demo_sandbox: Sandbox) -> BearerSession:
    """Sales with the demo data."""
    return demo_sandbox.sales


@pytest.fixture
def create(sales: BearerSession) -> Create:
    """Create a row and return its id: `create("accounts", name="x")`."""

    def created(entity_set: str, **values: Any) -> str:
        answer = sales.post(entity_set, json={name.replace("__", "@odata."): value for name, value in values.items()})
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    return created


@pytest.fixture
def keyed(sales: BearerSession) -> BearerSession:
    """Sales in which accountnumber is an alternate key of accounts."""
    body = {"SchemaName": "p2c_accountnumber", "KeyAttributes": ["accountnumber"]}
    assert sales.post("EntityDefinitions(LogicalName='account')/Keys", json=body).status_code == 204
    return sales


@pytest.fixture
def refused() -> Callable[[requests.Response], tuple[int, str]]:
    """Status and error code of a refused request."""

    def told(answer: requests.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["error"]["code"]

    return told
