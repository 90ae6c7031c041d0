from __future__ import annotations

import pytest
from fixtures.sandbox import BearerSession, Sandbox

import p2c_metadata


def test_the_service_document_names_every_entity_set(sales: BearerSession) -> None:
    names = [item["name"] for item in sales.get("").json()["value"]]
    assert names == sorted(p2c_metadata.load("sales").entity_sets)


def test_the_metadata_document_is_the_csdl(sales: BearerSession) -> None:
    answer = sales.get("$metadata?annotations=true")
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.content == p2c_metadata.document("sales")


def test_every_answer_has_a_request_id_and_the_degree_of_parallelism(sales: BearerSession) -> None:
    for answer in (sales.get("WhoAmI"), sales.get("nothing")):
        assert answer.headers["x-ms-service-request-id"] == answer.headers["REQ_ID"]
        assert answer.headers["x-ms-dop-hint"] == "8"
        assert answer.headers["OData-Version"] == "4.0"


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
