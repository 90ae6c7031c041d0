from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures.sandbox import BearerSession, Sandbox
from hypothesis import given, settings
from hypothesis import strategies as st

import p2c_metadata
from p2c_sandbox.credentials import Credentials
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.sales import answer
from p2c_sandbox.service import Service, open_service

ROW = "00000000-0000-0000-0000-000000000001"
BODY_NAMES = [
    "name",
    "creditlimit",
    "statecode",
    "accountid",
    "Targets",
    "@odata.type",
    "@odata.id",
    "ownerid@odata.bind",
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service in this process, for many small requests."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    service = open_service(folder / "state", Credentials("t", "c", "s", "a"), {})
    yield service
    service.store.close()


def ask(service: Service, method: str, path: str, body: bytes = b"", query: str = "") -> Response:
    return answer(service, Request(method, f"/api/data/v9.2/{path}", query, {}, body, "http://localhost", 1))


def test_the_service_document_names_every_entity_set(sales: BearerSession) -> None:
    names = [item["name"] for item in sales.get("").json()["value"]]
    assert names == sorted(p2c_metadata.load("sales").entity_sets)


def test_the_metadata_document_is_the_csdl(sales: BearerSession) -> None:
    answer = sales.get("$metadata?annotations=true")
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.content == p2c_metadata.document("sales")


def test_every_answer_has_a_request_id_and_the_degree_of_parallelism(sales: BearerSession) -> None:
    for told in (sales.get("WhoAmI"), sales.get("nothing")):
        assert told.headers["x-ms-service-request-id"] == told.headers["REQ_ID"]
        assert told.headers["x-ms-dop-hint"] == "8"
        assert told.headers["OData-Version"] == "4.0"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "Accounts", 404),
        ("GET", "accounts/name", 404),
        ("GET", "accounts/x/y", 404),
        ("GET", "accounts(", 404),
        ("GET", "accounts(x)", 400),
        ("GET", "accounts(%FF)", 400),
        ("GET", "$batch", 405),
        ("GET", "$1", 400),
        ("DELETE", "accounts", 405),
        ("PATCH", "accounts", 405),
        ("POST", "$metadata", 405),
        ("GET", "$metadata/x", 405),
        ("POST", "", 405),
        ("POST", "WhoAmI", 404),
        ("GET", "accounts(00000000-0000-0000-0000-000000000000)/name/$value", 405),
    ],
)
def test_an_address_that_means_nothing_is_refused_in_dataverses_words(
    sales: BearerSession, method: str, address: str, status: int
) -> None:
    answer = sales.request(method, address, json={} if method != "GET" else None)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}


def test_a_request_over_the_limit_is_throttled(sandbox: Sandbox) -> None:
    sandbox.settings(sales={"requests_per_window": 2})
    first = sandbox.sales.get("WhoAmI")
    sandbox.sales.get("WhoAmI").raise_for_status()
    refused = sandbox.sales.get("WhoAmI")
    assert int(first.headers["x-ms-ratelimit-burst-remaining-xrm-requests"]) <= 1
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "0x80072322")
    assert int(refused.headers["Retry-After"]) > 0


QUERY_WORDS = [
    "name",
    "creditlimit",
    "modifiedon",
    "'x'",
    "null",
    "1e999",
    "9999-12-31",
    "eq",
    "lt",
    "and",
    "not",
    "(",
    ")",
    ",",
    "/",
    "contains(",
    "[",
    "@p",
    "%00",
    "%ff",
    "&$top=",
    "&$orderby=",
    "&$expand=",
    "&$skiptoken=",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(BODY_NAMES), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.sampled_from(QUERY_WORDS), max_size=8))
def test_no_query_is_an_error_of_ours(service: Service, words: list[str]) -> None:
    assert ask(service, "GET", "accounts", query="$filter=" + " ".join(words)).status < 500


@settings(max_examples=200, deadline=None)
@given(
    content=JSON,
    path=st.sampled_from(["accounts", f"accounts({ROW})", "accounts/Microsoft.Dynamics.CRM.UpsertMultiple"]),
)
def test_no_body_is_an_error_of_ours(service: Service, content: Any, path: str) -> None:
    for method in ("POST", "PATCH"):
        assert ask(service, method, path, json.dumps(content).encode()).status < 500
