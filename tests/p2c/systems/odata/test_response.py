from __future__ import annotations

import pytest
from requests.structures import CaseInsensitiveDict

from p2c.systems.odata.response import Response

_HEADERS = {"content_type": "Content-Type", "service_request_id": "x-ms-service-request-id"}


def response(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    named = CaseInsensitiveDict({_HEADERS.get(name, name): value for name, value in headers.items()})
    return Response("GET", "https://contoso.com/data/X", status, named, body, "sent-id")


@pytest.mark.parametrize(("status", "succeeded"), [(200, True), (204, True), (302, False), (404, False)])
def test_success_is_2xx(status: int, succeeded: bool) -> None:
    assert response(status).succeeded is succeeded


def test_a_web_page_is_known_by_its_type() -> None:
    assert response(content_type="Text/HTML; charset=utf-8").is_html
    assert not response(content_type="application/json").is_html


def test_the_systems_request_id_is_preferred() -> None:
    assert response(service_request_id="theirs").request_id == "theirs"


def test_our_own_request_id_stands_in() -> None:
    assert response().request_id == "sent-id"


def test_an_excerpt_is_short_and_on_one_line() -> None:
    excerpt = response(body=b"a\r\n\tb " + b"x" * 5000).excerpt()
    assert excerpt.startswith("a b xxx")
    assert len(excerpt) == 300


def test_evidence_holds_what_support_asks_for() -> None:
    evidence = response(500, REQ_ID="42").evidence(code="0x1")
    assert str(evidence) == "GET https://contoso.com/data/X; status 500; code 0x1; request id 42"
