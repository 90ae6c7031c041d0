from __future__ import annotations

import pytest
from fixtures.page import Page

BODY = {"rows": [{"flow": "accounts", "organization": "usmf", "source_id": "2"}]}


@pytest.mark.parametrize(
    "origin", ["", "null", "http://elsewhere", "http://testserver.elsewhere", "http://testserver:81"]
)
def test_a_request_of_another_origin_is_refused(filled_page: Page, origin: str) -> None:
    assert filled_page.post("/due/retry", BODY, Origin=origin).status_code == 403
    assert not filled_page.ledger.states("accounts", "usmf", ["2"])["2"].retry_requested


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_request_that_a_form_could_send_is_refused(filled_page: Page, kind: str) -> None:
    assert filled_page.post("/due/retry", BODY, **{"Content-Type": kind}).status_code == 415


def test_behind_a_proxy_the_configured_address_is_an_own_one(
    filled_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/team")
    assert filled_page.post("/due/retry", BODY, Origin="https://airflow.example").status_code == 200


@pytest.mark.parametrize("path", ["/due/retry-found", "/due/dismiss-found"])
def test_a_decision_about_all_rows_found_is_held_to_the_same(filled_page: Page, path: str) -> None:
    body = {"filters": {}, "confirmed": 3, "why": "A test"} if "dismiss" in path else {"filters": {}, "confirmed": 3}
    assert filled_page.post(path, body, Origin="http://elsewhere").status_code == 403
    assert filled_page.post(path, body, **{"Content-Type": "text/plain"}).status_code == 415
    assert filled_page.post(path, body).json()["rows"] == 3
